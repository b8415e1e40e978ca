/// A mean and a standard deviation by which features are seen: x becomes (x − mean) / deviation.
///
/// Constants that were known before are to be preferred: statistics of the clients' data are themselves a release of
/// something about these data, which no noise of this library covers.
public struct Normalization: Hashable, Sendable {
    /// Which features share a mean and a deviation.
    public enum Grouping: String, CaseIterable, Sendable {
        /// All of an image's pixels in one channel; all features, where there are no channels.
        case channel
        /// None: each feature has its own.
        case feature
    }

    /// One value for all features, one a channel, or one a feature.
    public let mean: [Float]
    /// As many values, each above zero.
    public let deviation: [Float]

    public init(mean: [Float], deviation: [Float]) {
        self.mean = mean
        self.deviation = deviation
    }

    /// The statistics of a data set, in double precision and in the samples' order; a deviation of zero becomes 1.
    public init(of dataset: Dataset, by grouping: Grouping) {
        let groupCount: Int
        switch grouping {
        case .feature: groupCount = dataset.featureCount
        case .channel: groupCount = dataset.sampleShape.count == 3 ? dataset.sampleShape[0] : 1
        }
        let run = dataset.featureCount / groupCount
        var values = [Float](repeating: 0, count: dataset.featureCount)
        func sum(_ term: (_ value: Double, _ group: Int) -> Double) -> [Double] {
            var sums = [Double](repeating: 0, count: groupCount)
            for sample in 0..<dataset.sampleCount {
                values.withUnsafeMutableBufferPointer { dataset.copyFeatures(ofSample: sample, to: $0) }
                for group in 0..<groupCount {
                    for feature in (group * run)..<((group + 1) * run) {
                        sums[group] += term(Double(values[feature]), group)
                    }
                }
            }
            return sums
        }
        let count = Double(dataset.sampleCount * run)
        let means = sum { value, _ in value }.map { $0 / count }
        let squares = sum { value, group in (value - means[group]) * (value - means[group]) }
        mean = means.map { Float($0) }
        deviation = squares.map { $0 > 0 ? Float(($0 / count).squareRoot()) : 1 }
    }
}

extension Dataset {
    /// The same samples as seen through a normalization; shares their memory.
    public func normalized(by normalization: Normalization) throws(DataError) -> Dataset {
        guard !isText else {
            throw .unfitNormalization(dataset: name, got: "a mean", expected: "nothing: characters have none")
        }
        let counts = [1, Self.channelCount(of: sampleShape), featureCount]
        for values in [normalization.mean, normalization.deviation] {
            guard counts.contains(values.count), values.allSatisfy(\.isFinite) else {
                throw .unfitNormalization(
                    dataset: name,
                    got: "\(values.count) values",
                    expected: "1, \(counts[1]) or \(counts[2]) finite ones"
                )
            }
        }
        guard normalization.deviation.allSatisfy({ $0 > 0 }) else {
            throw .unfitNormalization(dataset: name, got: "a deviation that is not above 0", expected: "ones above 0")
        }
        let isUniform = hasOneScale && normalization.mean.count == 1 && normalization.deviation.count == 1
        let count = isUniform ? 1 : featureCount
        let means = Self.spread(normalization.mean, over: sampleShape)
        let deviations = Self.spread(normalization.deviation, over: sampleShape)
        var mean: [Float] = []
        var scale: [Float] = []
        for feature in 0..<count {
            let both = composed(mean: means[feature], deviation: deviations[feature], feature: feature)
            mean.append(both.mean)
            scale.append(both.scale)
        }
        guard mean.allSatisfy(\.isFinite), scale.allSatisfy(\.isFinite) else {
            throw .unfitNormalization(dataset: name, got: "numbers beyond float32", expected: "smaller ones")
        }
        return Dataset(self, mean: mean, scale: scale)
    }
}
