import HansaAggregation
import HansaCore

/// The round in progress, as the engine holds it in memory; all of it can be made again from the store.
struct ActiveRound {
    let opening: RoundOpening
    /// What its plans say of privacy.
    let terms: RoundTerms
    var machine: RoundStateMachine
    var aggregator: any Aggregator
    /// When the round ends at the latest, in the caller's monotonic milliseconds.
    var deadline: UInt64
    /// The sum and the number of the training losses that came along.
    var losses: [AssignmentID: Float] = [:]
    /// The models that the round's clients start from.
    let models: [SentModel]
    private let roles: [ClientID: ClientRole]
    private let planDigests: [ClientRole: SHA256Digest]

    init(
        opening: RoundOpening,
        terms: RoundTerms,
        machine: RoundStateMachine,
        aggregator: any Aggregator,
        roles: [ClientID: ClientRole],
        models: [SentModel],
        deadline: UInt64
    ) {
        self.opening = opening
        self.terms = terms
        self.machine = machine
        self.aggregator = aggregator
        self.deadline = deadline
        self.roles = roles
        self.models = models
        planDigests = opening.plans.mapValues(\.digest)
    }

    func role(of client: ClientID) -> ClientRole? { roles[client] }

    func plan(of client: ClientID) -> RoundPlan? { roles[client].flatMap { opening.plans[$0] } }

    func planDigest(of client: ClientID) -> SHA256Digest? { roles[client].flatMap { planDigests[$0] } }

    /// One digest for the plans of all roles, in the order of their numbers: the plan's own where there is one role.
    var releasedPlanDigest: SHA256Digest {
        let ordered = planDigests.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value)
        if ordered.count == 1 { return ordered[0] }
        return SHA256Digest(hashing: ordered.flatMap(\.bytes))
    }

    /// The mean training loss over the clients that returned one, summed in the order of assignments.
    var meanTrainingLoss: Double? {
        guard !losses.isEmpty else { return nil }
        let sum = losses.sorted { $0.key < $1.key }.reduce(0.0) { $0 + Double($1.value) }
        return sum / Double(losses.count)
    }
}
