extension NPYExamples {
    /// The most bytes of one file.
    public static let fileByteCountMax = 1 << 40

    /// Reads the two files.
    ///
    /// - Parameters:
    ///   - featuresPath: the path of the features.
    ///   - labelsPath: the path of the labels.
    public init(featuresPath: String, labelsPath: String) throws(NPYError) {
        try self.init(
            features: Self.read(featuresPath),
            labels: Self.read(labelsPath),
            featuresName: featuresPath,
            labelsName: labelsPath
        )
    }

    private static func read(_ path: String) throws(NPYError) -> [UInt8] {
        do throws(RegularFileError) {
            return try RegularFile.read(path, byteCountMax: fileByteCountMax)
        } catch {
            throw .unreadable(file: path, reason: error.reason)
        }
    }
}
