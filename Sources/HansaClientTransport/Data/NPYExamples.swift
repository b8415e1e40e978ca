public import HansaCore

/// The device's own examples: features and labels of two npy files, held once and read where they lie.
///
/// Features are float32, float64 or uint8 of any shape whose first extent counts the examples; the model sees them row
/// by row **as they are stored**, each as float32 and neither scaled nor centred, so that preparing them is the owner's
/// matter (`hansa data partition` writes them prepared). Labels are uint8, int32 or int64, one to an example. Every
/// length, label and number is checked here, so that no training meets a surprise.
public struct NPYExamples: ExampleSource {
    private let features: NPYFile
    private let labels: [UInt32]
    public let featureCount: Int
    public var count: Int { labels.count }

    /// - Parameters:
    ///   - features: the features' file.
    ///   - labels: the labels' file.
    ///   - featuresName: the first file as errors name it.
    ///   - labelsName: the second file as errors name it.
    public init(
        features: [UInt8],
        labels: [UInt8],
        featuresName: String = "features.npy",
        labelsName: String = "labels.npy"
    ) throws(NPYError) {
        let table = try NPYFile(bytes: features, name: featuresName, allowed: [.float32, .float64, .uint8])
        guard let exampleCount = table.shape.first, exampleCount >= 1, table.count >= 1 else {
            throw .wrongShape(
                file: featuresName,
                got: table.shape,
                expected: "(examples, features…), at least one of each"
            )
        }
        guard table.isFinite else { throw .notFinite(file: featuresName) }
        let list = try NPYFile(bytes: labels, name: labelsName, allowed: [.uint8, .int32, .int64])
        guard list.shape.count == 1 else {
            throw .wrongShape(file: labelsName, got: list.shape, expected: "(examples,)")
        }
        guard list.count == exampleCount else { throw .countsDiffer(features: exampleCount, labels: list.count) }
        var classes: [UInt32] = []
        classes.reserveCapacity(exampleCount)
        for index in 0..<exampleCount {
            guard let label = list.label(at: index) else { throw .invalidLabel(file: labelsName) }
            classes.append(label)
        }
        self.features = table
        self.labels = classes
        featureCount = table.count / exampleCount
    }

    public func copyFeatures(ofExample index: Int, to destination: UnsafeMutableBufferPointer<Float>) {
        features.copy(index * featureCount..<(index + 1) * featureCount, to: destination)
    }

    public func label(ofExample index: Int) -> Int { Int(labels[index]) }
}
