import Foundation
import HansaCore
import HansaNumerics

extension CatalogueEntry {
    /// The seed of the digits' split, the same for everyone; the set is published without one.
    private static let digitsSplitSeed: UInt64 = 20

    /// The name of the natural key that MNIST carries: the writer's number in QMNIST.
    public static let writerKey = "writer"

    /// Reads the data set, checking every file against its pinned digest.
    public func load(from folders: DataFolders) throws(DataError) -> DatasetSplit {
        switch self {
        case .digits: return try Self.loadDigits()
        case .mnist:
            let folder = try folders.folder(of: self)
            return try DatasetSplit(
                name: rawValue,
                train: images("train", writers: "qmnist-train-labels-idx2-int.gz", folder: folder),
                test: images("t10k", writers: "qmnist-test-labels-idx2-int.gz", folder: folder)
            )
        case .fashionMNIST:
            let folder = try folders.folder(of: self)
            return try DatasetSplit(
                name: rawValue,
                train: images("train", writers: nil, folder: folder),
                test: images("t10k", writers: nil, folder: folder)
            )
        case .cifar10: return try loadCIFAR(folders.folder(of: self))
        case .cifar10Subset: return try loadCIFARSubset(folders.folder(of: self))
        case .pneumoniaMNIST: return try loadPneumonia(folders.folder(of: self))
        case .har: return try loadHAR(folders.folder(of: self))
        case .heartDisease: return try loadHeartDisease(folders.folder(of: self))
        case .shakespeare: return try loadShakespeare(folders.folder(of: self))
        case .clinc150: return try loadCLINC(folders.folder(of: self))
        }
    }

    /// The bytes of one of its files, checked against the pinned digest.
    func pinnedBytes(_ name: String, in folder: String) throws(DataError) -> [UInt8] {
        guard let file = files.first(where: { $0.name == name }) else {
            preconditionFailure("every file of a catalogue entry is pinned")
        }
        return try file.read(from: folder)
    }

    func pinned(_ name: String, in folder: String) throws(DataError) -> IDXFile {
        try IDXFile(bytes: pinnedBytes(name, in: folder), file: folder + "/" + name)
    }

    /// One part of an IDX image set.
    ///
    /// The model sees `byte · (1/255)`.
    private func images(_ part: String, writers: String?, folder: String) throws(DataError) -> Dataset {
        let images = try pinned("\(part)-images-idx3-ubyte.gz", in: folder)
        let labels = try pinned("\(part)-labels-idx1-ubyte.gz", in: folder)
        var keys: [DatasetKey] = []
        if let writers {
            let table = try pinned(writers, in: folder)
            keys = [try Self.writers(table, count: labels.elements.count, file: writers)]
        }
        return try Dataset(
            name: "\(rawValue) \(part)",
            images: images,
            labels: labels,
            mean: 0,
            scale: 1 / 255,
            classCount: 10,
            keys: keys
        )
    }

    /// Column 2 of QMNIST's table; its first rows describe MNIST's images in order.
    private static func writers(_ table: IDXFile, count: Int, file: String) throws(DataError) -> DatasetKey {
        guard case .int32(let cells) = table.elements, table.shape.count == 2, table.shape[1] == 8,
            table.shape[0] >= count
        else {
            throw .wrongShape(
                file: file,
                got: "an array of shape \(table.shape)",
                expected: "at least \(count) rows of 8 32-bit columns"
            )
        }
        var values: [UInt32] = []
        values.reserveCapacity(count)
        for row in 0..<count {
            guard let writer = UInt32(exactly: cells[row * 8 + 2]) else {
                throw .damaged(file: file, got: "a negative writer", expected: "writers from 0")
            }
            values.append(writer)
        }
        return DatasetKey(name: writerKey, values: values)
    }

    /// All 1,797 digits in the published order; the model sees counts of 0 to 16 divided by 16.
    static func allDigits() throws(DataError) -> Dataset {
        let file = "digits (embedded)"
        guard let data = Data(base64Encoded: DigitsContent.base64) else {
            preconditionFailure("the embedded digits are base64")
        }
        let table = try CSVFile(bytes: Array(data), file: file)
        let width = 64
        guard table.columnCount == width + 1 else {
            throw .wrongShape(file: file, got: "\(table.columnCount) columns", expected: "65")
        }
        var pixels: [UInt8] = []
        pixels.reserveCapacity(table.rowCount * width)
        for row in 0..<table.rowCount {
            for column in 0..<width {
                guard let pixel = UInt8(exactly: table.values[row * (width + 1) + column]) else {
                    throw .damaged(file: file, got: "a value that is no count", expected: "counts of 0 to 16")
                }
                pixels.append(pixel)
            }
        }
        guard let labels = try DatasetLabels(table.integers(ofColumn: width)) else {
            throw .damaged(file: file, got: "a negative label", expected: "digits")
        }
        return try Dataset(
            name: "digits",
            sampleShape: [8, 8],
            features: .bytes(pixels, mean: [0], scale: [1 / 16]),
            labels: labels,
            classCount: 10
        )
    }

    /// The split: a fixed shuffle of all samples; the first four fifths (1,438) train, the last fifth (359) tests.
    ///
    /// Both parts keep the published order. The set was published as one part of many writers in turn, so that a cut by
    /// position would test on other writers than it trains on.
    private static func loadDigits() throws(DataError) -> DatasetSplit {
        let all = try allDigits()
        var order = Array(0..<all.sampleCount)
        var stream = RandomStream(seed: digitsSplitSeed, purpose: .partition)
        stream.shuffle(&order)
        let testCount = all.sampleCount / 5
        return try DatasetSplit(
            name: "digits",
            train: all.selecting(order.dropLast(testCount).sorted(), name: "digits train"),
            test: all.selecting(order.suffix(testCount).sorted(), name: "digits test")
        )
    }
}
