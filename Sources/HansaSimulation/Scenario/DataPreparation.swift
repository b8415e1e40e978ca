public import HansaLearning

/// What is done with a scenario's data between reading and training.
public struct DataPreparation: Hashable, Sendable {
    /// Where a normalization's numbers come from.
    public enum Normalizing: Hashable, Sendable {
        /// They are stated.
        case constants(Normalization)
        /// They are measured on the training data of all clients together.
        case statistics(Normalization.Grouping)
    }

    /// Which samples each client keeps to measure models on.
    public struct ClientTest: Hashable, Sendable {
        /// Above 0 and below 1.
        public var share: Double
        public var choice: HeldOutPartition.Choice
    }

    public var normalizing: Normalizing?
    public var augmentation: Augmentation?
    public var clientTest: ClientTest?
}

extension DataPreparation {
    /// The lines of the section `data`.
    var lines: [String] {
        var lines: [String] = []
        switch normalizing {
        case .constants(let constants):
            let mean = constants.mean.map { "\($0)" }.joined(separator: ", ")
            let deviation = constants.deviation.map { "\($0)" }.joined(separator: ", ")
            lines.append("normalize: {mean: [\(mean)], deviation: [\(deviation)]}")
        case .statistics(let grouping): lines.append("normalize: \(grouping.rawValue)")
        case nil: break
        }
        if let augmentation { lines.append("augment: {flip: \(augmentation.flips), crop: \(augmentation.padding)}") }
        if let clientTest {
            lines.append("client-test: {share: \(clientTest.share), choose: \(clientTest.choice.rawValue)}")
        }
        return lines
    }
}
