import HansaCore
import HansaNumerics

/// Labelled examples in memory.
struct VectorExamples: ExampleSource {
    let features: [[Float]]
    let labels: [Int]

    var count: Int { labels.count }
    var featureCount: Int { features[0].count }

    func copyFeatures(ofExample index: Int, to destination: UnsafeMutableBufferPointer<Float>) {
        _ = destination.update(fromContentsOf: features[index])
    }

    func label(ofExample index: Int) -> Int { labels[index] }

    /// The same with tokens in place of numbers between −1 and 1.
    func tokens(below vocabulary: Int) -> Self {
        let tokens = features.map { example in
            example.map { min(Float(vocabulary) - 1, (($0 + 1) / 2 * Float(vocabulary)).rounded(.down)) }
        }
        return Self(features: tokens, labels: labels)
    }

    /// Examples drawn from a seed.
    static func drawn(count: Int, featureCount: Int, classCount: Int, seed: UInt64 = 1) -> Self {
        var stream = RandomStream(seed: seed, purpose: .initialization)
        return Self(
            features: (0..<count).map { _ in (0..<featureCount).map { _ in 2 * stream.nextFloat() - 1 } },
            labels: (0..<count).map { _ in Int(stream.next(below: UInt64(classCount))) }
        )
    }
}
