import CHansaKernels

/// A labelled data set in memory, shared by all the views cut from it and never changed.
///
/// The catalogue and the readers of local files make it; partitions and ``DatasetView`` refer to its samples by number.
/// Counts, shapes and labels agree: the initializer is the only way in.
public final class Dataset: Sendable {
    /// The most samples a data set may have: sample numbers are 32 bits wide.
    public static let sampleCountMax = Int(UInt32.max)

    /// The name shown to people.
    public let name: String
    /// The extents of one sample; images are height × width, or height × width × channel.
    public let sampleShape: [Int]
    /// The product of the sample's extents.
    public let featureCount: Int
    /// Labels lie in `0..<classCount`.
    public let classCount: Int
    /// How many samples there are, at least one.
    public let sampleCount: Int
    /// The class of every sample.
    public let labels: DatasetLabels
    /// The natural keys known for every sample.
    public let keys: [DatasetKey]

    // One of the two arrays is empty: constant properties spare the hot copy an enum's payload.
    private let bytes: [UInt8]
    private let floats: [Float]
    // One value, or one a feature.
    private let mean: [Float]
    private let scale: [Float]

    /// A data set of these parts; refuses parts that do not fit together.
    ///
    /// Without a class count, it is one more than the highest label.
    public init(
        name: String,
        sampleShape: [Int],
        features: DatasetFeatures,
        labels: DatasetLabels,
        classCount: Int? = nil,
        keys: [DatasetKey] = []
    ) throws(DataError) {
        guard let featureCount = checkedProduct(sampleShape), featureCount >= 1 else {
            throw .wrongShape(file: name, got: "samples of shape \(sampleShape)", expected: "extents of at least 1")
        }
        let sampleCount = labels.count
        guard sampleCount >= 1, sampleCount <= Self.sampleCountMax else {
            throw .wrongShape(file: name, got: "\(sampleCount) labels", expected: "1 to \(Self.sampleCountMax)")
        }
        let valueCount: Int
        switch features {
        case .bytes(let values, let mean, let scale):
            valueCount = values.count
            bytes = values
            floats = []
            (self.mean, self.scale) = try Self.expand(mean: mean, scale: scale, shape: sampleShape, name: name)
        case .floats(let values):
            valueCount = values.count
            bytes = []
            floats = values
            (mean, scale) = ([0], [1])
        }
        guard checkedProduct([sampleCount, featureCount]) == valueCount else {
            throw .wrongShape(
                file: name,
                got: "\(valueCount) feature values",
                expected: "\(featureCount) for each of \(sampleCount) labels"
            )
        }
        for key in keys where key.values.count != sampleCount {
            throw .wrongShape(
                file: name,
                got: "\(key.values.count) values of key \(key.name)",
                expected: "\(sampleCount), one a sample"
            )
        }
        let highest = labels.values.max() ?? 0
        let lowest = labels.values.min() ?? 0
        let classes = classCount ?? highest + 1
        guard lowest >= 0, highest < classes else {
            throw .labelOutOfRange(dataset: name, got: lowest < 0 ? lowest : highest, classCount: classes)
        }
        self.name = name
        self.sampleShape = sampleShape
        self.featureCount = featureCount
        self.classCount = classes
        self.sampleCount = sampleCount
        self.labels = labels
        self.keys = keys
    }

    /// Fetches one sample's memory into the cache: a client's samples lie anywhere in the data set.
    public func prefetchFeatures(ofSample sample: Int) {
        precondition(sample >= 0 && sample < sampleCount, "a sample number is below the data set's count")
        let start = sample * featureCount
        if bytes.isEmpty {
            floats.withUnsafeBytes { floats in
                let size = MemoryLayout<Float>.stride
                hansa_prefetch(floats.baseAddress.map { $0 + start * size }, featureCount * size)
            }
        } else {
            bytes.withUnsafeBytes { bytes in hansa_prefetch(bytes.baseAddress.map { $0 + start }, featureCount) }
        }
    }

    /// Writes one sample as the model sees it; `destination` has `featureCount` places.
    public func copyFeatures(ofSample sample: Int, to destination: UnsafeMutableBufferPointer<Float>) {
        precondition(sample >= 0 && sample < sampleCount, "a sample number is below the data set's count")
        precondition(destination.count == featureCount, "the destination has a place for every feature")
        let start = sample * featureCount
        guard let place = destination.baseAddress else { return }
        // Plain pointers, whose bounds are the three facts above.
        if bytes.isEmpty {
            floats.withUnsafeBufferPointer { floats in
                guard let source = floats.baseAddress else { return }
                place.update(from: source + start, count: featureCount)
            }
        } else {
            bytes.withUnsafeBufferPointer { bytes in
                guard let source = bytes.baseAddress else { return }
                scale(source + start, to: place)
            }
        }
    }

    /// (byte − mean) · scale for the features of one sample.
    private func scale(_ source: UnsafePointer<UInt8>, to place: UnsafeMutablePointer<Float>) {
        if mean.count == 1 {
            hansa_scale_bytes(source, featureCount, mean[0], scale[0], place)
        } else {
            hansa_scale_bytes_each(source, featureCount, mean, scale, place)
        }
    }

    /// The key of this name.
    public func key(named name: String) -> DatasetKey? { keys.first { $0.name == name } }

    /// How many samples each class has.
    public var labelHistogram: [Int] {
        var histogram = [Int](repeating: 0, count: classCount)
        for label in labels.values { histogram[label] += 1 }
        return histogram
    }

    /// A data set of some of the samples, copied, in the order given; every number is below `sampleCount`.
    func selecting(_ samples: [Int], name: String) throws(DataError) -> Dataset {
        func rows<T>(_ values: [T]) -> [T] {
            samples.flatMap { values[($0 * featureCount)..<(($0 + 1) * featureCount)] }
        }
        let features: DatasetFeatures =
            bytes.isEmpty ? .floats(rows(floats)) : .bytes(rows(bytes), mean: mean, scale: scale)
        guard let selected = DatasetLabels(samples.map { labels[$0] }) else {
            throw .wrongShape(file: name, got: "no samples", expected: "at least one")
        }
        return try Dataset(
            name: name,
            sampleShape: sampleShape,
            features: features,
            labels: selected,
            classCount: classCount,
            keys: keys.map { key in DatasetKey(name: key.name, values: samples.map { key.values[$0] }) }
        )
    }

    /// Brings mean and scale to one value, or one a feature.
    private static func expand(
        mean: [Float],
        scale: [Float],
        shape: [Int],
        name: String
    ) throws(DataError) -> (mean: [Float], scale: [Float]) {
        let featureCount = shape.reduce(1, *)
        let channelCount = shape.last ?? 1
        for values in [mean, scale] {
            guard [1, channelCount, featureCount].contains(values.count), values.allSatisfy(\.isFinite) else {
                throw .wrongShape(
                    file: name,
                    got: "\(values.count) values of mean or scale",
                    expected: "1, \(channelCount) or \(featureCount) finite ones"
                )
            }
        }
        if mean.count == 1, scale.count == 1 { return (mean, scale) }
        return (
            (0..<featureCount).map { mean[$0 % mean.count] },
            (0..<featureCount).map { scale[$0 % scale.count] }
        )
    }
}
