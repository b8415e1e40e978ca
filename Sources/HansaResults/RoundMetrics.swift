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
    /// What AQ-DP's paper counts: the sum of parameters times bits over 8, down and up; in its paper mode only.
    public var paperBytesDown: Double?
    public var paperBytesUp: Double?
    /// What the same traffic would take as float32.
    public var floatBytesUp: Int
    /// The width of updates, in bits; the widest where sections differ.
    public var bitWidth: Int
    /// Coordinates that clients cut to the lattice's range; known in simulations only.
    public var saturatedCount: Int?
    /// Updates whose clip bound took effect; known in simulations only.
    public var clippedCount: Int?
    /// How the model does on clients one by one; absent where that was not asked for or the round was not evaluated.
    public var clients: ClientDistribution?
    /// How clients do with the models that they would start the next round from; absent where those are the round's model.
    public var startingClients: ClientDistribution?
    /// How far clients moved; absent where that was not asked for.
    public var drift: ClientDrift?
    /// The ε that the run has spent at the end of the round, at the δ of its ledger: as the ledger's `runAfter` has it.
    ///
    /// Absent without noise and where there is no bound.
    public var epsilon: Double?
    /// True where ε is what the noise would be worth if it were secret, and is not: it was drawn from a seed.
    public var isEpsilonNominal: Bool?
    /// Wall seconds of the round.
    ///
    /// Only this and ``cost`` differ between equal runs.
    public var seconds: Double
    /// What the round took of the machine; absent in lines of earlier versions.
    public var cost: RoundCost?

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
        clients: ClientDistribution? = nil,
        drift: ClientDrift? = nil,
        epsilon: Double? = nil,
        isEpsilonNominal: Bool? = nil,
        seconds: Double,
        cost: RoundCost? = nil
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
        self.clients = clients
        self.drift = drift
        self.epsilon = epsilon
        self.isEpsilonNominal = isEpsilonNominal
        self.seconds = seconds
        self.cost = cost
    }
}
