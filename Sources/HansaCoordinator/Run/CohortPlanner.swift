public import HansaAggregation
public import HansaCore
import HansaNumerics
import HansaResults

/// Decides who is asked in a round and, in reproducible mode, whose updates will count.
///
/// A pure function of the specification, the round and the attempt.
struct CohortPlanner {
    /// The clients of one attempt at a round.
    struct Cohort: Equatable {
        var attempt: UInt32
        /// In the order of selection.
        var selected: [ClientID]
        /// Those whose updates the round waits for, in the order of selection.
        var expected: [ClientID]
    }

    private let specification: RunSpecification
    /// The committed attempts of a recorded run, by round.
    private let recorded: [UInt32: ParticipationRecord]

    init(_ specification: RunSpecification) {
        self.specification = specification
        var recorded: [UInt32: ParticipationRecord] = [:]
        if case .recorded(let records) = specification.participation {
            for record in records {
                if case .committed = record.outcome { recorded[record.round] = record }
            }
        }
        self.recorded = recorded
    }

    /// - Parameter policy: that of the round; the run's where it is not given.
    func cohort(round: UInt32, attempt: UInt32, policy: RoundPolicy? = nil) throws(SelectionError) -> Cohort {
        try anyCohort(round: round, attempt: attempt, policy: policy ?? specification.policy, without: [])
    }

    /// The clients of an attempt that must not ask some clients; nil where a record or a schedule of fixed cohorts asks
    /// for one of them.
    ///
    /// For other selectors the clients that are left are numbered anew, in their order.
    func cohort(
        round: UInt32,
        attempt: UInt32,
        policy: RoundPolicy? = nil,
        without excluded: Set<ClientID>
    ) throws(SelectionError) -> Cohort? {
        let cohort = try anyCohort(
            round: round,
            attempt: attempt,
            policy: policy ?? specification.policy,
            without: excluded
        )
        return cohort.selected.contains { excluded.contains($0) } ? nil : cohort
    }

    private func anyCohort(
        round: UInt32,
        attempt: UInt32,
        policy: RoundPolicy,
        without excluded: Set<ClientID>
    ) throws(SelectionError) -> Cohort {
        switch specification.participation {
        case .recorded: try replayedCohort(round: round)
        case .selected(let selector):
            try selectedCohort(by: selector, policy: policy, round: round, attempt: attempt, without: excluded)
        }
    }

    private func replayedCohort(round: UInt32) throws(SelectionError) -> Cohort {
        guard let record = recorded[round], record.population == specification.population else {
            throw .noCohort(round: round)
        }
        let selected = record.selected.map { ClientID($0) }
        let accepted = Set(record.accepted)
        let expected = selected.filter { accepted.contains($0.number) }
        guard !expected.isEmpty, expected.count == accepted.count,
            Set(selected).count == selected.count,
            selected.allSatisfy({ $0.number < specification.population })
        else { throw .noCohort(round: round) }
        return Cohort(attempt: record.attempt, selected: selected, expected: expected)
    }

    private func selectedCohort(
        by selector: any CohortSelector,
        policy: RoundPolicy,
        round: UInt32,
        attempt: UInt32,
        without excluded: Set<ClientID>
    ) throws(SelectionError) -> Cohort {
        // A schedule names clients by their numbers in the roster, so nobody is numbered anew for it.
        let renumbers = !excluded.isEmpty && !(selector is ScheduledCohortSelector)
        let eligible = renumbers ? (0..<specification.population).filter { !excluded.contains(ClientID($0)) } : []
        let population = renumbers ? UInt32(eligible.count) : specification.population
        let count = min(policy.selectedCount, Int(population))
        var selected = try selector.select(
            SelectionRequest(
                seed: specification.seed,
                round: round,
                attempt: attempt,
                population: population,
                count: count
            )
        )
        if renumbers {
            guard selected.allSatisfy({ $0.number < population }) else { throw .noCohort(round: round) }
            selected = selected.map { ClientID(eligible[Int($0.number)]) }
        }
        guard policy.mode == .reproducible else {
            return Cohort(attempt: attempt, selected: selected, expected: selected)
        }
        return Cohort(
            attempt: attempt,
            selected: selected,
            expected: drawOutcome(of: selected, policy: policy, round: round, attempt: attempt)
        )
    }

    /// The first `cohort` clients, in a drawn order of arrival, that do not drop out.
    private func drawOutcome(
        of selected: [ClientID],
        policy: RoundPolicy,
        round: UInt32,
        attempt: UInt32
    ) -> [ClientID] {
        guard policy.dropout > 0 || selected.count > policy.cohort else { return selected }
        var stream = RandomStream(seed: specification.seed, round: round, purpose: .dropout, attempt: attempt)
        let present = selected.filter { _ in stream.nextDouble() >= policy.dropout }
        var arrivals = present
        stream.shuffle(&arrivals)
        let counted = Set(arrivals.prefix(policy.cohort))
        return present.filter { counted.contains($0) }
    }
}

extension RunSpecification {
    /// The clients whose updates an attempt at a round waits for, in the order of selection.
    public func participants(round: UInt32, attempt: UInt32 = 0) throws(SelectionError) -> [ClientID] {
        try CohortPlanner(self).cohort(round: round, attempt: attempt, policy: policy).expected
    }
}
