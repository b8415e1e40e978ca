import Foundation
import HansaCore

/// Writes a split as one folder a client, for devices and other programs to train on.
///
/// `client-00000/features.npy` (`<f4`, samples × the sample's extents) and `client-00000/labels.npy` (`<i4`) for each
/// client, `test-features.npy` and `test-labels.npy` beside them where the client holds samples back, the same two in
/// `test/` where there is a test part, `partition.json` with seed, scheme and sizes, and
/// `offsets.u32` with `parts.u32`, from which ``PartitionScheme/file(folder:)`` makes the same split again. The folder
/// appears whole or not at all.
public struct PartitionExport: Sendable {
    /// The data set, whose training part was split.
    public let data: DatasetSplit
    public let partition: Partition
    public let scheme: PartitionScheme
    public let seed: UInt64
    /// How clients' features differ, which is written as they see it.
    public let skew: FeatureSkew?
    /// What each client holds back to measure models on, in the clients' order; empty for nothing.
    public let clientTests: [DatasetView]

    public init(
        data: DatasetSplit,
        partition: Partition,
        scheme: PartitionScheme,
        seed: UInt64,
        skew: FeatureSkew? = nil,
        clientTests: [DatasetView] = []
    ) {
        self.data = data
        self.partition = partition
        self.scheme = scheme
        self.seed = seed
        self.skew = skew
        self.clientTests = clientTests
    }

    /// The folder of one client.
    public static func clientFolder(_ client: Int) -> String {
        let digits = String(client)
        return "client-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }

    /// Writes everything to a new or empty folder.
    ///
    /// `progress` is told after each client how many are done.
    public func write(to folder: String, progress: (Int) -> Void = { _ in }) throws(DataError) {
        let views: [DatasetView]
        do throws(PartitionError) {
            views = try partition.views(of: data.train, skew: skew, seed: seed)
        } catch {
            throw .wrongShape(
                file: data.train.name,
                got: "a split with other sample numbers",
                expected: error.description
            )
        }
        let writer = try FolderWriter(target: folder)
        for (client, view) in views.enumerated() {
            try writer.makeFolder(Self.clientFolder(client))
            try write(view, to: Self.clientFolder(client) + "/", with: writer)
            if client < clientTests.count, clientTests[client].count > 0 {
                try write(clientTests[client], to: Self.clientFolder(client) + "/test-", with: writer)
            }
            progress(client + 1)
        }
        if let test = data.test {
            try writer.makeFolder("test")
            try write(DatasetView(test), to: "test/", with: writer)
        }
        let words = partition.storedWords
        try writer.write("offsets.u32", words.offsets)
        try writer.write("parts.u32", words.parts)
        try writer.write("partition.json", description())
        try writer.commit()
    }

    private func write(_ view: DatasetView, to prefix: String, with writer: FolderWriter) throws(DataError) {
        let labels = (0..<view.count).map { Int32(view.label(ofExample: $0)) }
        try writer.write(prefix + "labels.npy", NPYFile(shape: [view.count], elements: .int32(labels)).encoded())
        let header = NPYHeader(elementType: .float32, shape: [view.count] + view.dataset.sampleShape).encoded()
        // Features go out in pieces of about a mebibyte, so that a large client costs little memory.
        let batch = max(1, (1 << 18) / view.featureCount)
        var next = -1
        try writer.write(prefix + "features.npy") {
            guard next >= 0 else {
                next = 0
                return header
            }
            guard next < view.count else { return nil }
            let end = min(view.count, next + batch)
            defer { next = end }
            return Self.features(of: view, in: next..<end)
        }
    }

    private static func features(of view: DatasetView, in examples: Range<Int>) -> [UInt8] {
        var values = [Float](repeating: 0, count: examples.count * view.featureCount)
        values.withUnsafeMutableBufferPointer { target in
            for (row, example) in examples.enumerated() {
                let start = row * view.featureCount
                view.copyFeatures(
                    ofExample: example,
                    to: UnsafeMutableBufferPointer(rebasing: target[start..<start + view.featureCount])
                )
            }
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * values.count)
        values.withUnsafeBytes { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// What `partition.json` says.
    private struct Description: Encodable {
        let version = 1
        let dataset: String
        let kind: String
        let parameters: [String: String]
        let seed: UInt64
        let clients: Int
        let classes: Int
        let sampleShape: [Int]
        let sizes: [Int]
        let digest: String

        enum CodingKeys: String, CodingKey {
            case version, dataset, kind, parameters, seed, clients, classes, sizes, digest
            case sampleShape = "sample_shape"
        }
    }

    private func description() throws(DataError) -> [UInt8] {
        let parameters = Dictionary(uniqueKeysWithValues: scheme.parameters.map { ($0.name, $0.value) })
        let description = Description(
            dataset: data.name,
            kind: scheme.kind,
            parameters: parameters,
            seed: seed,
            clients: partition.clientCount,
            classes: data.train.classCount,
            sampleShape: data.train.sampleShape,
            sizes: (0..<partition.clientCount).map { partition[$0].count },
            digest: partition.digest.hexadecimal
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return try Array(encoder.encode(description)) + [0x0A]
        } catch {
            throw .system(file: "partition.json", operation: "encode it", reason: error.localizedDescription)
        }
    }
}
