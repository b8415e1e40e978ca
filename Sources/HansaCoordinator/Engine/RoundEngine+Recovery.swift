import HansaAggregation
public import HansaCore
import HansaNumerics
import HansaResults

extension RoundEngine {
    /// What the store holds, or a fresh run.
    static func recoverOrCreate(
        _ specification: RunSpecification,
        store: any CoordinatorStore
    ) throws(CoordinatorError) -> RecoveredRun {
        do throws(StoreError) {
            if let recovered = try store.recover(configurationDigest: specification.configurationDigest) {
                guard recovered.checkpoint.schema == specification.schema else {
                    throw StoreError.foreignRun(got: "a model of another schema", expected: "this scenario's model")
                }
                return recovered
            }
            let initial = Checkpoint(
                version: 0,
                round: 0,
                schema: specification.schema,
                parameters: specification.initialParameters,
                strategyState: specification.strategy.state
            )
            try store.create(
                run: specification.run,
                configurationDigest: specification.configurationDigest,
                initial: initial
            )
            return RecoveredRun(checkpoint: initial, progress: nil, participation: [])
        } catch {
            throw .store(error)
        }
    }

    /// Notes whose memory moved on with a committed round.
    ///
    /// Roles are drawn from public values only, so a record tells again who did what.
    mutating func noteMemory(of record: ParticipationRecord) {
        guard case .committed = record.outcome else { return }
        let context = specification.context(round: record.round, attempt: record.attempt)
        guard strategy.roles(in: context).contains(where: { strategy.changesMemory(as: $0) }) else { return }
        for number in record.accepted {
            let client = ClientID(number)
            if strategy.changesMemory(as: strategy.role(of: client, in: context)) {
                memoryRounds[client] = record.round
            }
        }
    }

    /// The last committed round in which a client's update changed what the client remembers; 0 for none.
    public func memoryRound(of client: ClientID) -> UInt32 { memoryRounds[client] ?? 0 }

    /// The plan of a role in the round after the last committed one, with the model as its clients get it; nil where the
    /// strategy has none for the role.
    ///
    /// For measuring what clients would start from: it is no round's plan, and beyond the last round there is none.
    public func upcomingRound(of role: ClientRole) -> (plan: RoundPlan, model: [Float])? {
        let round = min(checkpoint.round + 1, specification.roundCount)
        guard
            let plan = try? specification.plans(
                round: round,
                attempt: 0,
                by: strategy,
                model: modelDigest,
                modelVersion: checkpoint.version
            )[role]
        else { return nil }
        guard plan.algorithm.hasCompanion else { return (plan, checkpoint.parameters) }
        let context = specification.context(round: round, attempt: 0)
        guard let companion = strategy.companion(for: role, in: context) else { return nil }
        return (plan, checkpoint.parameters + companion)
    }
}
