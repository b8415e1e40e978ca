import HansaAggregation
import HansaCore
import HansaNumerics

extension RunSpecification {
    /// Refuses, before the store is touched, what could not run.
    public func validate() throws(CoordinatorError) {
        try validatePolicy()
        guard privacy.delta > 0, privacy.delta < 1 else {
            throw .invalidPolicy("delta lies between 0 and 1, and for a claim below 1/clients, got \(privacy.delta)")
        }
        guard initialParameters.count == schema.count, initialParameters.allSatisfy(\.isFinite) else {
            throw .invalidInitialModel
        }
        guard policy.cohort <= Int(population) else {
            throw .selection(.cohortExceedsPopulation(cohort: policy.cohort, population: population))
        }
    }

    /// What strategies see of a round.
    func context(round: UInt32, attempt: UInt32) -> RoundContext {
        var context = RoundContext(
            round: round,
            attempt: attempt,
            roundCount: roundCount,
            population: Int(population),
            cohort: policy.cohort,
            schema: schema,
            seed: seed
        )
        if !sampleCounts.isEmpty, strategy.traits.contains(.dataChosenRanges),
            let clients = try? participants(round: round, attempt: attempt)
        {
            context.sampleCountMax = clients.compactMap { client in
                sampleCounts.indices.contains(Int(client.number)) ? sampleCounts[Int(client.number)] : nil
            }.max()
        }
        return context
    }

    private func validatePolicy() throws(CoordinatorError) {
        guard policy.cohort >= 1 else { throw .invalidPolicy("a cohort has at least 1 client, got \(policy.cohort)") }
        guard (0...RoundPolicy.overSelectionMax).contains(policy.overSelection) else {
            throw .invalidPolicy("over-selection lies between 0 and \(RoundPolicy.overSelectionMax)")
        }
        guard policy.dropout >= 0, policy.dropout < 1 else {
            throw .invalidPolicy("the drop-out rate is at least 0 and below 1")
        }
        guard (1...policy.cohort).contains(policy.quorum) else {
            throw .invalidPolicy("the quorum lies between 1 and the cohort of \(policy.cohort), got \(policy.quorum)")
        }
        guard policy.attemptCountMax >= 1, policy.attemptCountMax < 1 << 24 else {
            throw .invalidPolicy("a round has between 1 and 16777215 attempts")
        }
        guard roundCount >= 1, roundCount < .max else { throw .invalidPolicy("a run has at least 1 round") }
    }
}
