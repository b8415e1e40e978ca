public import HansaAggregation
public import HansaCore
public import HansaNumerics
import Synchronization

/// A model version with everything that must survive with it.
public struct Checkpoint: Sendable {
    /// 0 for the initial model, then one more per committed round.
    public var version: UInt64
    /// The round that made it; 0 for the initial model.
    public var round: UInt32
    public let schema: ParameterSchema
    /// The parameters in schema order.
    public let parameters: [Float]
    /// The strategy's state between rounds.
    public var strategyState: [StateTensor]
    private let digest = DigestOnce()

    public init(
        version: UInt64,
        round: UInt32,
        schema: ParameterSchema,
        parameters: [Float],
        strategyState: [StateTensor]
    ) {
        self.version = version
        self.round = round
        self.schema = schema
        self.parameters = parameters
        self.strategyState = strategyState
    }

    /// The digest of the model, without the strategy's state.
    ///
    /// Made when it is asked for first, and once for all copies: to hash a large model takes as long as to write it, so a
    /// store does both at the same time.
    public var modelDigest: SHA256Digest {
        digest.value { SHA256Digest(schema: schema, parameters: parameters) }
    }
}

extension Checkpoint: Equatable {
    public static func == (left: Self, right: Self) -> Bool {
        (left.version, left.round) == (right.version, right.round) && left.schema == right.schema
            && left.parameters == right.parameters && left.strategyState == right.strategyState
    }
}

/// A digest that is computed once; who asks meanwhile waits for it.
private final class DigestOnce: Sendable {
    private let held = Mutex<SHA256Digest?>(nil)

    func value(_ compute: () -> SHA256Digest) -> SHA256Digest {
        held.withLock { held in
            if let held { return held }
            let digest = compute()
            held = digest
            return digest
        }
    }
}
