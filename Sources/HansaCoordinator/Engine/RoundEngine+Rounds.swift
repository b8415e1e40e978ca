import HansaAggregation
import HansaCore
import HansaNumerics
import HansaQuantization
import HansaResults

extension RoundEngine {
    /// Opens the round after the last committed one, or ends the run.
    ///
    /// Every selected client may have dropped out: then there is nothing to wait for, the attempt is given up, and the
    /// next one opens. Iterative, because a policy may allow millions of attempts.
    mutating func openNextRound(now: UInt64) throws(CoordinatorError) {
        while try openAttempt(now: now) == .abort { try giveUp(.belowQuorum) }
    }

    /// Opens one attempt; says whether it can go on, which an ended run can not and need not.
    private mutating func openAttempt(now: UInt64) throws(CoordinatorError) -> RoundStateMachine.Progress {
        active = nil
        guard checkpoint.round < specification.roundCount else {
            note(.finished)
            return .collecting
        }
        let round = checkpoint.round + 1
        let attempts = participation.reversed().prefix { $0.round == round }.count
        guard attempts < Int(specification.policy.attemptCountMax) else { throw .tooManyAborts(round: round) }
        let cohort: CohortPlanner.Cohort
        do {
            cohort = try planner.cohort(
                round: round,
                attempt: UInt32(attempts),
                policy: specification.policy(round: round, attempt: UInt32(attempts), by: strategy)
            )
        } catch {
            throw .selection(error)
        }
        if let last = participation.last, last.round == round, last.attempt >= cohort.attempt {
            // A record says that this attempt was committed, and it was aborted just now.
            throw .recordNotRepeatable(round: round)
        }
        let (plans, models) = try makePlans(round: round, attempt: cohort.attempt)
        var opening = RoundOpening(
            round: round,
            attempt: cohort.attempt,
            modelVersion: checkpoint.version,
            selected: cohort.selected,
            plans: plans,
            expected: cohort.expected
        )
        let terms = try makeTerms(opening)
        switch try excluded(by: terms) {
        case .failure(let reason): return try stop(reason)
        case .success(let excluded) where excluded.isEmpty: break
        case .success(let excluded):
            guard let rest = try self.cohort(round: round, attempt: cohort.attempt, without: excluded) else {
                let left = cohort.selected.count { !excluded.contains($0) }
                return try stop(
                    BudgetStop(round: round, owner: .clients(left: left, needed: cohort.selected.count))
                )
            }
            (opening.selected, opening.expected) = (rest.selected, rest.expected)
        }
        let fresh = try makeActive(opening, terms: terms, models: models, now: now)
        try perform { [store] () throws(StoreError) in try store.open(opening) }
        active = fresh
        keep(terms)
        note(.opened(opening))
        return fresh.machine.progress
    }

    private func cohort(
        round: UInt32,
        attempt: UInt32,
        without excluded: Set<ClientID>
    ) throws(CoordinatorError) -> CohortPlanner.Cohort? {
        do {
            return try planner.cohort(
                round: round,
                attempt: attempt,
                policy: specification.policy(round: round, attempt: attempt, by: strategy),
                without: excluded
            )
        } catch {
            throw .selection(error)
        }
    }

    private func makeTerms(_ opening: RoundOpening) throws(CoordinatorError) -> RoundTerms {
        do { return try RoundTerms(opening: opening, specification: specification) } catch { throw .plan(error) }
    }

    /// Ends the run before a round that its budget does not allow; a run that could never begin is refused.
    private mutating func stop(_ reason: BudgetStop) throws(CoordinatorError) -> RoundStateMachine.Progress {
        guard checkpoint.round > 0 || !participation.isEmpty else { throw .budget(reason) }
        stopped = reason
        note(.stopped(reason))
        note(.finished)
        return .collecting
    }

    /// The plans of a round, and the models that they start from.
    private func makePlans(
        round: UInt32,
        attempt: UInt32
    ) throws(CoordinatorError) -> (plans: [ClientRole: RoundPlan], models: [SentModel]) {
        var plans: [ClientRole: RoundPlan]
        do {
            plans = try specification.plans(
                round: round,
                attempt: attempt,
                by: strategy,
                model: modelDigest,
                modelVersion: checkpoint.version
            )
        } catch {
            throw .strategy(error)
        }
        let context = specification.context(round: round, attempt: attempt)
        var models: [SentModel] = []
        for role in plans.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            guard var plan = plans[role] else { continue }
            if let width = strategy.downloadWidth(in: context) ?? specification.modelWidth {
                do {
                    plan.down = try ModelCoding.packedSections(
                        plan.down,
                        of: checkpoint.parameters,
                        schema: checkpoint.schema,
                        width: width
                    )
                } catch {
                    throw .plan(.invalidLattice(section: 0, error))
                }
            }
            let model = try sentModel(of: plan)
            plan.model = model.digest
            plans[role] = plan
            if !models.contains(where: { $0.digest == model.digest }) { models.append(model) }
        }
        return (plans, models)
    }

    /// The model that the clients of a plan start from.
    private func sentModel(of plan: RoundPlan) throws(CoordinatorError) -> SentModel {
        var companion: [Float]?
        if plan.algorithm.hasCompanion {
            let context = specification.context(round: plan.round, attempt: plan.attempt)
            companion = strategy.companion(for: plan.role, in: context)
            guard companion?.count == checkpoint.schema.count else { throw .strategy(.missingCompanion) }
        }
        do {
            return try SentModel(
                of: checkpoint,
                sections: plan.down,
                companion: companion,
                seed: specification.seed,
                round: plan.round
            )
        } catch {
            throw .plan(.invalidLattice(section: 0, error))
        }
    }

    private func makeActive(
        _ opening: RoundOpening,
        terms: RoundTerms,
        models: [SentModel],
        now: UInt64
    ) throws(CoordinatorError) -> ActiveRound {
        let context = specification.context(round: opening.round, attempt: opening.attempt)
        let shape: AggregationShape
        do {
            shape = try AggregationShape(
                schema: specification.schema,
                plans: opening.plans,
                cohortMax: max(1, opening.selected.count)
            )
        } catch {
            throw .plan(error)
        }
        let aggregator: any Aggregator
        do { aggregator = try strategy.makeAggregator(shape: shape) } catch { throw .strategy(error) }
        var roles: [ClientID: ClientRole] = [:]
        for client in opening.expected { roles[client] = strategy.role(of: client, in: context) }
        return ActiveRound(
            opening: opening,
            terms: terms,
            machine: RoundStateMachine(
                opening: opening,
                policy: specification.policy(round: opening.round, attempt: opening.attempt, by: strategy)
            ),
            aggregator: aggregator,
            roles: roles,
            models: models,
            deadline: now + UInt64(specification.policy.deadlineMilliseconds)
        )
    }

    /// Adds one durable update to the round's aggregate.
    ///
    /// The update was verified and is unique, so a refusal here is a strategy that does not keep its contract.
    mutating func fold(_ update: StoredUpdate, payload: [UInt8]) throws(CoordinatorError) {
        guard let role = active?.role(of: update.report.assignment.client) else {
            throw .recoveredRunMismatch("an update of a client without a role")
        }
        do {
            var verified = VerifiedUpdate(
                assignment: update.report.assignment,
                role: role,
                weight: update.weight,
                payload: payload,
                trainingLoss: update.report.trainingLoss
            )
            verified.expertLoads = update.report.expertLoads
            try active?.aggregator.accumulate(verified)
        } catch {
            throw .strategy(error)
        }
        if let loss = update.report.trainingLoss { active?.losses[update.report.assignment] = loss }
    }

    /// Goes on with a round that an earlier process left.
    ///
    /// The restart rule of each gap of the close: before step 1 the round still collects; after it the decision stands
    /// and the same aggregate is folded again; after steps 2 and 3 the stored ledger entry is used and nothing is drawn
    /// anew; after step 4 the same checkpoint is written again, which changes nothing; after step 5 the round is over
    /// and only its payloads remain to be deleted.
    mutating func resume(_ progress: RoundProgress, now: UInt64) throws(CoordinatorError) {
        let mismatch = CoordinatorError.recoveredRunMismatch(
            "the open round starts from another model than the current one"
        )
        guard progress.opening.modelVersion == checkpoint.version else { throw mismatch }
        var models: [SentModel] = []
        for plan in progress.opening.plans.values {
            let model = try sentModel(of: plan)
            guard model.digest == plan.model else { throw mismatch }
            models.append(model)
        }
        let terms = try makeTerms(progress.opening)
        active = try makeActive(progress.opening, terms: terms, models: models, now: now)
        keep(terms)
        for update in progress.updates {
            var payload: [UInt8] = []
            try perform { [store] () throws(StoreError) in
                payload = try store.payload(of: update.report.assignment)
            }
            active?.machine.take(update.report)
            try fold(update, payload: payload)
        }
        note(.opened(progress.opening))
        if let closing = progress.closing {
            if let reason = closing.abort {
                try finishAbort(reason, now: now)
            } else {
                try finishClose(closing, release: progress.release, now: now)
            }
        } else {
            try endRoundIfComplete(now: now)
        }
    }
}
