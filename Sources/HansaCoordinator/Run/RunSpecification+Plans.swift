public import HansaAggregation
public import HansaCore

extension RunSpecification {
    /// The plan of each role of one attempt at a round.
    ///
    /// - Parameters:
    ///   - strategy: the strategy with its state before the round.
    ///   - model: the digest of the model the round starts from, which has the version `modelVersion`.
    public func plans(
        round: UInt32,
        attempt: UInt32,
        by strategy: any Strategy,
        model: SHA256Digest,
        modelVersion: UInt64
    ) throws(AggregationError) -> [ClientRole: RoundPlan] {
        let context = context(round: round, attempt: attempt)
        var plans: [ClientRole: RoundPlan] = [:]
        for role in strategy.roles(in: context) {
            let directive = try strategy.directive(for: role, in: context)
            var plan = RoundPlan(
                run: run,
                round: round,
                attempt: attempt,
                role: role,
                model: model,
                modelVersion: modelVersion,
                work: directive.work,
                weighting: directive.weighting,
                clip: directive.clip,
                noise: directive.noise,
                down: directive.down,
                up: directive.up,
                deadlineMilliseconds: policy.deadlineMilliseconds,
                returnedFields: directive.returnedFields,
                requiredCapabilities: directive.requiredCapabilities.union(directive.algorithm.requiredCapabilities)
            )
            plan.algorithm = directive.algorithm
            plan.omitsIdleExperts = directive.omitsIdleExperts
            plans[role] = plan
        }
        return plans
    }

    /// What a client does in an attempt at a round, if it takes part.
    public func role(of client: ClientID, round: UInt32, attempt: UInt32) -> ClientRole {
        strategy.role(of: client, in: context(round: round, attempt: attempt))
    }

    /// What whoever starts the run has to read first.
    public var notices: [String] { strategy.notices(in: context(round: 1, attempt: 0)) }

    /// The policy of one round: that of the run, unless the strategy asks every client.
    public func policy(round: UInt32, attempt: UInt32, by strategy: any Strategy) -> RoundPolicy {
        guard strategy.asksEveryone(in: context(round: round, attempt: attempt)) else { return policy }
        var policy = policy
        // The quorum keeps its share of the cohort.
        let quorum = (Double(policy.quorum) / Double(policy.cohort) * Double(population)).rounded(.up)
        policy.cohort = Int(population)
        policy.overSelection = 0
        policy.quorum = min(Int(population), max(policy.quorum, Int(exactly: quorum) ?? policy.quorum))
        return policy
    }
}
