#if !hasFeature(Embedded)
/// A trainer that also gives gradients at chosen points, from which algorithms such as FedAMD and SCAFFOLD make steps of
/// their own.
///
/// `LocalRound` of `HansaClient` calls it. The determinism class is the trainer's.
public protocol GradientTrainer: LocalTrainer {
    /// The gradient of the mean loss over some examples.
    ///
    /// - Parameters:
    ///   - parameters: the point, in schema order, finite.
    ///   - examples: which of the client's examples, from 0; at least one.
    ///   - word: what dropout is drawn from: the same word gives the same mask at two points.
    ///   - gradient: receives as many numbers; what is no gradient, such as a running mean, receives 0.
    /// - Returns: the mean loss, finite.
    mutating func gradient(
        at parameters: [Float],
        of examples: [UInt32],
        word: UInt64,
        into gradient: inout [Float]
    ) throws(Failure) -> Double

    /// How many tokens each expert learned from in the last training, in `ParameterSchema.experts`' order; empty for
    /// models without experts.
    var expertLoads: [UInt32] { get }

    /// How many of the client's examples each class has; the counts stay with whoever asks, on the client.
    func labelCounts() -> [Int]
}

extension GradientTrainer {
    public var expertLoads: [UInt32] { [] }
}
#endif
