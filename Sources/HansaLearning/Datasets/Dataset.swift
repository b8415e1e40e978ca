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
    /// The extents of one sample as the model sees it; images are height × width, or channel × height × width.
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

    /// Whether features are numbers of characters, which have no mean.
    public var isText: Bool { !starts.isEmpty }
    /// How the channels of stored images lie; only images of three extents know a difference.
    let channels: ChannelOrder

    // One of the two arrays is empty: constant properties spare the hot copy an enum's payload.
    private let bytes: [UInt8]
    private let floats: [Float]
    // Where each sample begins in `bytes`; empty where samples lie one behind the other.
    private let starts: [UInt32]
    // One value, or one a feature as the model sees it.
    private let mean: [Float]
    private let scale: [Float]

    /// A data set of these parts; refuses parts that do not fit together.
    ///
    /// - Parameters:
    ///   - sampleShape: as the model sees a sample: channels before rows, however they are stored.
    ///   - channels: how the channels of images of three extents are stored.
    ///   - classCount: one more than the highest label where nothing is said.
    public init(
        name: String,
        sampleShape: [Int],
        features: DatasetFeatures,
        channels: ChannelOrder = .first,
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
        let isWhole: Bool
        switch features {
        case .bytes(let values, let mean, let scale):
            isWhole = checkedProduct([sampleCount, featureCount]) == values.count
            (bytes, floats, starts) = (values, [], [])
            (self.mean, self.scale) = try Self.expand(mean: mean, scale: scale, shape: sampleShape, name: name)
        case .floats(let values):
            isWhole = checkedProduct([sampleCount, featureCount]) == values.count
            (bytes, floats, starts) = ([], values, [])
            (mean, scale) = ([0], [1])
        case .windows(let text, let begins):
            isWhole = begins.count == sampleCount && begins.allSatisfy { Int($0) <= text.count - featureCount }
            (bytes, floats, starts) = (text, [], begins)
            (mean, scale) = ([0], [1])
        }
        guard isWhole else {
            throw .wrongShape(
                file: name,
                got: "another number of feature values",
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
        self.channels = sampleShape.count == 3 && sampleShape[0] > 1 ? channels : .first
    }

    /// Another look at the samples of a data set, which shares its memory.
    init(_ other: Dataset, mean: [Float], scale: [Float]) {
        name = other.name
        sampleShape = other.sampleShape
        featureCount = other.featureCount
        classCount = other.classCount
        sampleCount = other.sampleCount
        labels = other.labels
        keys = other.keys
        channels = other.channels
        bytes = other.bytes
        floats = other.floats
        starts = other.starts
        self.mean = mean
        self.scale = scale
    }

    /// Fetches one sample's memory into the cache: a client's samples lie anywhere in the data set.
    public func prefetchFeatures(ofSample sample: Int) {
        precondition(sample >= 0 && sample < sampleCount, "a sample number is below the data set's count")
        let start = starts.isEmpty ? sample * featureCount : Int(starts[sample])
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
        let start = starts.isEmpty ? sample * featureCount : Int(starts[sample])
        guard let place = destination.baseAddress else { return }
        // Plain pointers, whose bounds are the facts above.
        if bytes.isEmpty {
            floats.withUnsafeBufferPointer { floats in
                guard let source = floats.baseAddress else { return }
                if channels == .first, isIdentity {
                    place.update(from: source + start, count: featureCount)
                } else {
                    scale(source + start, to: place)
                }
            }
        } else {
            bytes.withUnsafeBufferPointer { bytes in
                guard let source = bytes.baseAddress else { return }
                scale(source + start, to: place)
            }
        }
    }

    /// Height and width of samples that are images; nil for others.
    public var imageShape: (height: Int, width: Int)? {
        switch sampleShape.count {
        case 2: (sampleShape[0], sampleShape[1])
        case 3: (sampleShape[1], sampleShape[2])
        default: nil
        }
    }

    /// Whether one mean and one scale serve all features.
    var hasOneScale: Bool { mean.count == 1 }

    /// Writes one image of which each pixel is taken from the stored image's pixel that `source` names by row and column
    /// of the new one; a number below 0 stands for a stored zero.
    func copyPixels(
        ofSample sample: Int,
        to destination: UnsafeMutableBufferPointer<Float>,
        from source: (_ row: Int, _ column: Int) -> Int
    ) {
        guard let image = imageShape else { return copyFeatures(ofSample: sample, to: destination) }
        precondition(sample >= 0 && sample < sampleCount, "a sample number is below the data set's count")
        precondition(destination.count == featureCount, "the destination has a place for every feature")
        let start = sample * featureCount
        let pixelCount = image.height * image.width
        let channelCount = featureCount / pixelCount
        for row in 0..<image.height {
            for column in 0..<image.width {
                let pixel = source(row, column)
                precondition(pixel < pixelCount, "a pixel of the stored image")
                for channel in 0..<channelCount {
                    let feature = channel * pixelCount + row * image.width + column
                    let index = mean.count == 1 ? 0 : feature
                    var value: Float = 0
                    if pixel >= 0 {
                        let place =
                            start
                            + (channels == .last ? pixel * channelCount + channel : channel * pixelCount + pixel)
                        value = bytes.isEmpty ? floats[place] : Float(bytes[place])
                    }
                    destination[feature] = (value - mean[index]) * scale[index]
                }
            }
        }
    }

    private var isIdentity: Bool { mean.count == 1 && mean[0] == 0 && scale[0] == 1 }

    /// The mean and scale by which a stored value becomes what a normalization makes of what the model saw before.
    func composed(mean ownMean: Float, deviation: Float, feature: Int) -> (mean: Float, scale: Float) {
        let old = mean.count == 1 ? (mean[0], scale[0]) : (mean[feature], scale[feature])
        // ((v − m)·s − μ) / σ = (v − (m + μ/s)) · (s/σ)
        return (
            Float(Double(old.0) + Double(ownMean) / Double(old.1)), Float(Double(old.1) / Double(deviation))
        )
    }

    private func scale(_ source: UnsafePointer<UInt8>, to place: UnsafeMutablePointer<Float>) {
        if channels == .last { return scaleInterleaved(to: place) { Float(source[$0]) } }
        if mean.count == 1 {
            hansa_scale_bytes(source, featureCount, mean[0], scale[0], place)
        } else {
            hansa_scale_bytes_each(source, featureCount, mean, scale, place)
        }
    }

    private func scale(_ source: UnsafePointer<Float>, to place: UnsafeMutablePointer<Float>) {
        if channels == .last { return scaleInterleaved(to: place) { source[$0] } }
        for feature in 0..<featureCount {
            let index = mean.count == 1 ? 0 : feature
            place[feature] = (source[feature] - mean[index]) * scale[index]
        }
    }

    /// Pixels of several channels each, taken apart channel by channel.
    @inline(__always)
    private func scaleInterleaved(to place: UnsafeMutablePointer<Float>, value: (Int) -> Float) {
        let channelCount = sampleShape[0]
        let pixelCount = featureCount / channelCount
        mean.withUnsafeBufferPointer { mean in
            scale.withUnsafeBufferPointer { scale in
                for channel in 0..<channelCount {
                    let first = channel * pixelCount
                    for pixel in 0..<pixelCount {
                        let index = mean.count == 1 ? 0 : first + pixel
                        place[first + pixel] = (value(pixel * channelCount + channel) - mean[index]) * scale[index]
                    }
                }
            }
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
            if isText {
                .windows(text: bytes, starts: samples.map { starts[$0] })
            } else if bytes.isEmpty {
                .floats(rows(floats))
            } else {
                .bytes(rows(bytes), mean: mean, scale: scale)
            }
        guard let selected = DatasetLabels(samples.map { labels[$0] }) else {
            throw .wrongShape(file: name, got: "no samples", expected: "at least one")
        }
        return try Dataset(
            name: name,
            sampleShape: sampleShape,
            features: features,
            channels: channels,
            labels: selected,
            classCount: classCount,
            keys: keys.map { key in
                DatasetKey(name: key.name, values: samples.map { key.values[$0] }, names: key.names)
            }
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
        let channelCount = channelCount(of: shape)
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
        return (spread(mean, over: shape), spread(scale, over: shape))
    }

    /// How many channels a sample has: the first of three extents; otherwise the last extent, whose positions are the
    /// columns of a table.
    static func channelCount(of shape: [Int]) -> Int { (shape.count == 3 ? shape.first : shape.last) ?? 1 }

    /// One value a feature of one for all, one a channel, or one a feature.
    static func spread(_ values: [Float], over shape: [Int]) -> [Float] {
        let featureCount = shape.reduce(1, *)
        guard values.count < featureCount else { return values }
        let run = shape.count == 3 ? max(1, featureCount / values.count) : 1
        return (0..<featureCount).map { values[$0 / run % values.count] }
    }
}
