import HansaCore
import HansaNumerics

/// A small made-up data set, the same everywhere: about half of the features zero, three classes.
struct ProbeExamples: ExampleSource {
    let count = 61
    let featureCount = 19
    private var features: [Float] = []
    private var labels: [Int] = []

    init() {
        var stream = RandomStream(seed: 0x48616E7361, purpose: .partition)
        for _ in 0..<count {
            let label = Int(truncatingIfNeeded: stream.next(below: 3))
            for feature in 0..<featureCount {
                let isZero = stream.next32() & 1 == 0
                let noise = 2 * stream.nextFloat() - 1
                features.append(isZero ? 0 : noise + (feature % 3 == label ? 1 : 0))
            }
            labels.append(label)
        }
    }

    func copyFeatures(ofExample index: Int, to destination: UnsafeMutableBufferPointer<Float>) {
        for feature in 0..<featureCount { destination[feature] = features[index * featureCount + feature] }
    }

    func label(ofExample index: Int) -> Int { labels[index] }
}
