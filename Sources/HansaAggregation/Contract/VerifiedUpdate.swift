public import HansaCore

/// One durable update, checked against its plan: what an aggregator takes in.
public struct VerifiedUpdate: Sendable {
    /// The work it answers.
    public var assignment: AssignmentID
    /// What the client did in the round.
    public var role: ClientRole
    /// The integer weight under the plan's rule, at least 1.
    public var weight: Int64
    /// How many tokens each expert learned from, in `ParameterSchema.experts`' order; empty unless the plan asks.
    public var expertLoads: [UInt32] = []
    /// The packed sections, in the plan's order, back to back.
    public var payload: [UInt8]
    /// The client's mean training loss, finite; nil where the plan does not ask for it.
    public var trainingLoss: Float?

    public init(
        assignment: AssignmentID,
        role: ClientRole = .trainer,
        weight: Int64,
        payload: [UInt8],
        trainingLoss: Float? = nil
    ) {
        self.assignment = assignment
        self.role = role
        self.weight = weight
        self.payload = payload
        self.trainingLoss = trainingLoss
    }
}
