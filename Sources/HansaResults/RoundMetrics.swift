/// What is measured of one round: a line of `metrics.jsonl`.
public struct RoundMetrics: Codable, Equatable, Sendable {
    /// The round, from 1; 0 is the initial model.
    public var round: UInt32
    public var attempt: UInt32
    /// `committed` or the reason of the abort.
    public var outcome: String
    /// How many clients were selected, and how many updates count.
    public var selectedCount: Int
    public var acceptedCount: Int
    /// Share of right answers on the test set, 0 to 1; absent where the round was not evaluated.
    public var accuracy: Double?
    /// Mean cross-entropy on the test set in nats; absent where the round was not evaluated.
    public var loss: Double?
    /// Mean training loss over the accepted clients in nats; absent where plans do not return it.
    public var trainingLoss: Double?
    /// Payload bytes sent to clients and received from them, in this round.
    public var bytesDown: Int
    public var bytesUp: Int
    /// What the same traffic would take as float32.
    public var floatBytesUp: Int
    /// The width of updates, in bits; the widest where sections differ.
    public var bitWidth: Int
    /// Coordinates that clients cut to the lattice's range; known in simulations only.
    public var saturatedCount: Int?
    /// Updates whose clip bound took effect; known in simulations only.
    public var clippedCount: Int?
    /// Wall seconds of the round.
    ///
    /// The only fields that differ between equal runs.
    public var seconds: Double

    public init(
        round: UInt32,
        attempt: UInt32,
        outcome: String,
        selectedCount: Int,
        acceptedCount: Int,
        accuracy: Double? = nil,
        loss: Double? = nil,
        trainingLoss: Double? = nil,
        bytesDown: Int,
        bytesUp: Int,
        floatBytesUp: Int,
        bitWidth: Int,
        saturatedCount: Int? = nil,
        clippedCount: Int? = nil,
        seconds: Double
    ) {
        self.round = round
        self.attempt = attempt
        self.outcome = outcome
        self.selectedCount = selectedCount
        self.acceptedCount = acceptedCount
        self.accuracy = accuracy
        self.loss = loss
        self.trainingLoss = trainingLoss
        self.bytesDown = bytesDown
        self.bytesUp = bytesUp
        self.floatBytesUp = floatBytesUp
        self.bitWidth = bitWidth
        self.saturatedCount = saturatedCount
        self.clippedCount = clippedCount
        self.seconds = seconds
    }
}
