import HansaCore
import Testing

@testable import HansaLearning

@Suite("Data sets")
struct DatasetTests {
    private func features(_ dataset: Dataset, _ sample: Int) -> [Float] {
        var values = [Float](repeating: -1, count: dataset.featureCount)
        values.withUnsafeMutableBufferPointer { dataset.copyFeatures(ofSample: sample, to: $0) }
        return values
    }

    @Test("Bytes are seen as (byte - mean) * scale, by channel where there is one value a channel")
    func affine() throws {
        let dataset = try Dataset(
            name: "x",
            sampleShape: [2, 2],
            features: .bytes([10, 20, 30, 40], mean: [1, 2], scale: [0.5]),
            labels: .bytes([0])
        )
        #expect(features(dataset, 0) == [4.5, 9, 14.5, 19])
    }

    @Test("Images with interleaved channels are seen plane by plane")
    func interleaved() throws {
        // Two pixels of three channels.
        let array = NPYFile(shape: [1, 1, 2, 3], elements: .uint8([1, 2, 3, 4, 5, 6]))
        let labels = NPYFile(shape: [1], elements: .uint8([0]))
        let last = try Dataset(name: "x", features: array, labels: labels, scale: 1)
        #expect(last.sampleShape == [3, 1, 2] && features(last, 0) == [1, 4, 2, 5, 3, 6])
        let planes = NPYFile(shape: [1, 3, 1, 2], elements: .float32([1, 2, 3, 4, 5, 6]))
        let first = try Dataset(name: "x", features: planes, labels: labels, channels: .first)
        #expect(first.sampleShape == [3, 1, 2] && features(first, 0) == [1, 2, 3, 4, 5, 6])
        let floats = NPYFile(shape: [1, 1, 2, 3], elements: .float32([1, 2, 3, 4, 5, 6]))
        #expect(features(try Dataset(name: "x", features: floats, labels: labels), 0) == [1, 4, 2, 5, 3, 6])
    }

    @Test("One value a channel scales each plane of an image by its own")
    func channels() throws {
        let dataset = try Dataset(
            name: "x",
            sampleShape: [2, 1, 2],
            features: .bytes([10, 20, 30, 40], mean: [10, 30], scale: [1, 0.5]),
            labels: .bytes([0])
        )
        #expect(features(dataset, 0) == [0, 10, 0, 5])
    }

    @Test("A view reads its samples in its own order")
    func view() throws {
        let dataset = try smallDataset(samples: 20)
        let view = try DatasetView(dataset, samples: [17, 3, 4][1...])
        #expect(view.count == 2)
        #expect(view.label(ofExample: 0) == 3 && view.label(ofExample: 1) == 4)
        #expect(DatasetView(dataset).count == 20)
        #expect(throws: PartitionError.sampleOutOfRange(got: 20, sampleCount: 20)) {
            try DatasetView(dataset, samples: [20])
        }
    }

    @Test("Parts that do not fit together are refused")
    func mismatches() {
        #expect(throws: DataError.labelOutOfRange(dataset: "x", got: 5, classCount: 5)) {
            try Dataset(name: "x", sampleShape: [1], features: .floats([1]), labels: .bytes([5]), classCount: 5)
        }
        #expect(throws: DataError.self) {
            try Dataset(name: "x", sampleShape: [2], features: .floats([1]), labels: .bytes([0]))
        }
        #expect(throws: DataError.self) {
            try Dataset(name: "x", sampleShape: [], features: .floats([]), labels: .bytes([]))
        }
        #expect(throws: DataError.self) {
            try Dataset(name: "x", sampleShape: [1], features: .floats([1]), labels: .integers([-1]))
        }
    }

    @Test("The embedded digits have the published histogram and split into 1,438 and 359")
    func digits() throws {
        #expect(try CatalogueEntry.allDigits().labelHistogram == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
        let digits = try CatalogueEntry.digits.load(from: DataFolders(environment: [:]))
        #expect(digits.train.sampleCount == 1_438)
        let test = try #require(digits.test)
        #expect(test.sampleCount == 359)
        #expect(features(digits.train, 0).allSatisfy { $0 >= 0 && $0 <= 1 && $0 * 16 == ($0 * 16).rounded() })
        #expect(test.labelHistogram.allSatisfy { $0 >= 20 })
    }

    @Test("An unknown name and an absent set are refused with the ways to get it")
    func absent() throws {
        #expect(throws: DataError.unknownDataset(got: "mnits", known: CatalogueEntry.allCases.map(\.rawValue))) {
            try CatalogueEntry(named: "mnits")
        }
        let folder = try TemporaryFolder()
        let folders = DataFolders(environment: ["HANSA_DATA": folder.path, "XDG_CACHE_HOME": folder.path + "/c"])
        #expect(
            throws: DataError.datasetAbsent(
                name: "mnist",
                searched: [folder.path + "/mnist", folder.path + "/c/hansa/data/mnist"]
            )
        ) {
            try CatalogueEntry.mnist.load(from: folders)
        }
        #expect(DataFolders(environment: ["HOME": "/h"]).cache == "/h/.cache/hansa/data")
    }

    @Test("A file of the catalogue with other bytes is refused by its digest")
    func damagedFile() throws {
        let folder = try TemporaryFolder()
        _ = try folder.file("mnist/train-images-idx3-ubyte.gz", [1, 2, 3])
        #expect {
            try CatalogueEntry.mnist.load(from: DataFolders(explicit: folder.path, environment: [:]))
        } throws: { error in
            if case DataError.wrongDigest = error { true } else { false }
        }
    }

    @Test("MNIST has the published counts, mean and writers", .enabled(if: sharedData != nil, "HANSA_DATA is not set"))
    func mnist() throws {
        let mnist = try CatalogueEntry.mnist.load(from: DataFolders())
        #expect(mnist.train.labelHistogram == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
        #expect(mnist.test?.labelHistogram == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
        var sum = 0.0
        for sample in 0..<mnist.train.sampleCount {
            for value in features(mnist.train, sample) { sum += Double(value) }
        }
        #expect(abs(sum / Double(60_000 * 784) - 0.1307) < 0.00005)
        let scheme = PartitionScheme.natural(key: CatalogueEntry.writerKey)
        let writers = try scheme.partition(of: mnist.train, clientCount: nil, seed: 1)
        #expect(writers.clientCount == 539)
        try writers.check(sampleCount: 60_000, isDisjoint: true, isCovering: true)
        let summary = try PartitionSummary(writers, of: mnist.train)
        #expect(summary.sizeMin == 19 && summary.sizeMax == 131 && summary.sizeMedian == 116)
        for alpha in [0.1, 0.3] {
            let skewed = PartitionScheme.dirichlet(alpha: alpha, minimum: 10)
            let partition = try skewed.partition(of: mnist.train, clientCount: 100, seed: 1)
            try partition.check(sampleCount: 60_000, isDisjoint: true, isCovering: true)
        }
        let some = try scheme.partition(of: mnist.train, clientCount: 50, seed: 1)
        #expect(some.clientCount == 50)
        #expect(throws: PartitionError.moreClientsThanKeys(clients: 540, keys: 539)) {
            try scheme.partition(of: mnist.train, clientCount: 540, seed: 1)
        }
    }

    @Test(
        "Fashion-MNIST has 6,000 and 1,000 a class",
        .enabled(if: sharedData != nil, "HANSA_DATA is not set")
    )
    func fashion() throws {
        let fashion = try CatalogueEntry.fashionMNIST.load(from: DataFolders())
        #expect(fashion.train.labelHistogram == [Int](repeating: 6_000, count: 10))
        #expect(fashion.test?.labelHistogram == [Int](repeating: 1_000, count: 10))
    }

    @Test(
        "Published npz, npy and csv files are read",
        .enabled(if: sharedData != nil, "HANSA_DATA is not set")
    )
    func published() throws {
        let folder = try #require(sharedData)
        let archive = try NPZArchive(path: folder + "/pneumoniamnist/pneumoniamnist.npz")
        let images = try archive.array(named: "train_images")
        let labels = try archive.array(named: "train_labels")
        let xrays = try Dataset(name: "x", features: images, labels: labels)
        #expect(xrays.labelHistogram == [1_214, 3_494] && xrays.sampleShape == [28, 28])
        let embeddings = try Dataset(
            npyFeatures: folder + "/clinc150/test_embeddings_f16.npy",
            npyLabels: folder + "/clinc150/test_intent.npy"
        )
        #expect(embeddings.labelHistogram == [Int](repeating: 30, count: 150))
        // Stored in half precision, the unit vectors keep their length to a few units in 2^-11.
        let length = features(embeddings, 7).reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(abs(length - 1) < 1e-3)
        let hospital = CSVOptions(missingValues: .dropRow, skipped: [.at(10), .at(11), .at(12)])
        let hungarian = try CSVFile(path: folder + "/heart-disease/processed.hungarian.data", options: hospital)
        #expect(hungarian.rowCount == 261)
        let cancer = try Dataset(csv: folder + "/wdbc/breast_cancer.csv", options: CSVOptions(header: .ignored))
        #expect(cancer.labelHistogram == [212, 357] && cancer.featureCount == 30)
    }
}
