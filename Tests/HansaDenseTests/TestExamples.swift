import HansaCore
import HansaNumerics

/// Labelled examples in an array.
struct TestExamples: ExampleSource {
    var features: [[Float]]
    var labels: [Int]
    var featureCount: Int

    var count: Int { labels.count }

    func copyFeatures(ofExample index: Int, to destination: UnsafeMutableBufferPointer<Float>) {
        for (place, value) in features[index].enumerated() { destination[place] = value }
    }

    func label(ofExample index: Int) -> Int { labels[index] }

    init(features: [[Float]], labels: [Int]) {
        self.features = features
        self.labels = labels
        featureCount = features.first?.count ?? 0
    }

    /// Multiples of 1/16 in (−2, 2), a share of them zero, and labels below `classCount`.
    static func drawn(
        seed: UInt64,
        count: Int,
        featureCount: Int,
        classCount: Int,
        zeroShare: Float = 0.5
    ) -> TestExamples {
        var stream = RandomStream(seed: seed, purpose: .partition)
        var features: [[Float]] = []
        var labels: [Int] = []
        for _ in 0..<count {
            var row: [Float] = []
            for _ in 0..<featureCount {
                let isZero = stream.nextFloat() < zeroShare
                let value = Float(Int(stream.next(below: 63)) - 31) / 16
                row.append(isZero ? 0 : value)
            }
            features.append(row)
            labels.append(Int(stream.next(below: UInt64(classCount))))
        }
        return TestExamples(features: features, labels: labels)
    }
}
