/// Labelled images of CIFAR-10's binary form, plain or gzip.
///
/// A record is a label byte, then 1,024 red, 1,024 green and 1,024 blue bytes, row by row; there is no header.
/// - seealso: Krizhevsky 2009; the archive's own read-me for the form.
struct CIFARFile {
    /// A label and three planes of 32 × 32.
    static let recordByteCount = 1 + 3 * 1_024
    static let classCount = 10
    static let trainNames = (1...5).map { "data_batch_\($0).bin" }
    static let testName = "test_batch.bin"
    /// How many records each of the published files has.
    static let batchCount = 10_000

    let labels: [UInt8]
    /// The images one behind the other, plane by plane.
    let pixels: [UInt8]

    /// Decodes bytes; `file` names them in errors.
    ///
    /// - Parameter recordCount: how many records there must be; any number of at least 1 where nothing is said.
    init(bytes: [UInt8], file: String, recordCount: Int? = nil) throws(DataError) {
        let content = try FileBytes.unpacked(bytes, file: file, byteCountMax: 1 << 30)
        try self.init(content: content[...], file: file, recordCount: recordCount)
    }

    /// Decodes unpacked bytes.
    init(content: ArraySlice<UInt8>, file: String, recordCount: Int? = nil) throws(DataError) {
        let count = content.count / Self.recordByteCount
        guard count >= 1, content.count % Self.recordByteCount == 0, recordCount.map({ $0 == count }) ?? true else {
            let expected = recordCount.map { "\($0 * Self.recordByteCount)" } ?? "a multiple of \(Self.recordByteCount)"
            throw .damaged(
                file: file,
                got: "\(content.count) bytes",
                expected: "\(expected): \(Self.recordByteCount) an image"
            )
        }
        var labels: [UInt8] = []
        labels.reserveCapacity(count)
        var pixels: [UInt8] = []
        pixels.reserveCapacity(count * (Self.recordByteCount - 1))
        for record in 0..<count {
            let start = content.startIndex + record * Self.recordByteCount
            guard content[start] < Self.classCount else {
                throw .labelOutOfRange(dataset: file, got: Int(content[start]), classCount: Self.classCount)
            }
            labels.append(content[start])
            pixels += content[(start + 1)..<(start + Self.recordByteCount)]
        }
        self.labels = labels
        self.pixels = pixels
    }

    /// One data set of several files; the model sees `byte · (1/255)`.
    static func dataset(_ files: [CIFARFile], name: String) throws(DataError) -> Dataset {
        try Dataset(
            name: name,
            sampleShape: [3, 32, 32],
            features: .bytes(files.flatMap(\.pixels), mean: [0], scale: [1 / 255]),
            labels: .bytes(files.flatMap(\.labels)),
            classCount: classCount
        )
    }
}
