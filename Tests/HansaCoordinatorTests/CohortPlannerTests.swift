import HansaAggregation
import HansaCore
import HansaResults
import Testing

@testable import HansaCoordinator

/// Who is asked, and whose updates the seed says will count.
@Suite struct CohortPlannerTests {
    static func planner(policy: RoundPolicy, population: UInt32 = 1000, seed: UInt64 = 1) throws -> CohortPlanner {
        CohortPlanner(try Federation(population: population, policy: policy, seed: seed).specification)
    }

    @Test func withoutDropOutEveryoneSelectedIsExpected() throws {
        let planner = try Self.planner(policy: RoundPolicy(cohort: 10))
        let cohort = try planner.cohort(round: 1, attempt: 0)
        #expect(cohort.selected.count == 10 && cohort.expected == cohort.selected)
        #expect(Set(cohort.selected).count == 10)
    }

    @Test func theOutcomeIsAFunctionOfSeedRoundAndAttempt() throws {
        let policy = RoundPolicy(cohort: 20, overSelection: 0.5, dropout: 0.3)
        let first = try Self.planner(policy: policy).cohort(round: 2, attempt: 1)
        #expect(try Self.planner(policy: policy).cohort(round: 2, attempt: 1) == first)
        #expect(try Self.planner(policy: policy, seed: 2).cohort(round: 2, attempt: 1).selected != first.selected)
        #expect(try Self.planner(policy: policy).cohort(round: 3, attempt: 1).selected != first.selected)
        #expect(try Self.planner(policy: policy).cohort(round: 2, attempt: 0).selected != first.selected)
    }

    @Test func overSelectionAsksMoreAndExpectsTheCohort() throws {
        let planner = try Self.planner(policy: RoundPolicy(cohort: 10, overSelection: 0.25))
        for round in 1...50 as ClosedRange<UInt32> {
            let cohort = try planner.cohort(round: round, attempt: 0)
            #expect(cohort.selected.count == 13 && cohort.expected.count == 10)
            // In the order of selection.
            let expected = Set(cohort.expected)
            #expect(cohort.selected.filter(expected.contains) == cohort.expected)
        }
    }

    /// Each place of the selection, and each rank by number, is left out equally often: 3 of 13, over 2,000 rounds
    /// 461.5 ± 18.9.
    @Test func overSelectionFavoursNobody() throws {
        let planner = try Self.planner(policy: RoundPolicy(cohort: 10, overSelection: 0.25))
        var missing = [Int](repeating: 0, count: 26)
        for round in 1...2000 as ClosedRange<UInt32> {
            let cohort = try planner.cohort(round: round, attempt: 0)
            let expected = Set(cohort.expected)
            let places = cohort.selected + cohort.selected.sorted()
            for (place, client) in places.enumerated() where !expected.contains(client) { missing[place] += 1 }
        }
        for count in missing { #expect(abs(Double(count) - 6000.0 / 13) < 6 * 18.9) }
    }

    /// Of 100 · 1,000 selected clients a share of 0.3 drops out: 30,000 ± √(100,000 · 0.21) ≈ 145.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func clientsDropOutAtTheConfiguredRate(seed: UInt64) throws {
        let planner = try Self.planner(policy: RoundPolicy(cohort: 100, dropout: 0.3), seed: seed)
        var dropped = 0
        for round in 1...1000 as ClosedRange<UInt32> {
            dropped += 100 - (try planner.cohort(round: round, attempt: 0).expected.count)
        }
        #expect(abs(dropped - 30_000) < 6 * 145)
    }

    @Test func overSelectionNeverAsksMoreThanThereAre() throws {
        let planner = try Self.planner(policy: RoundPolicy(cohort: 8, overSelection: 1), population: 9)
        #expect(try planner.cohort(round: 1, attempt: 0).selected.count == 9)
    }

    @Test func productionExpectsEveryoneAndDrawsNothing() throws {
        let policy = RoundPolicy(mode: .production, cohort: 10, overSelection: 0.5, dropout: 0.5)
        let cohort = try Self.planner(policy: policy).cohort(round: 1, attempt: 0)
        #expect(cohort.selected.count == 15 && cohort.expected == cohort.selected)
    }

    // MARK: - Recorded runs

    static func record(
        population: UInt32 = 8,
        selected: [UInt32] = [5, 1, 3],
        accepted: [UInt32] = [3, 5]
    ) -> ParticipationRecord {
        ParticipationRecord(
            round: 1,
            attempt: 2,
            population: population,
            selected: selected,
            accepted: accepted,
            outcome: .committed(version: 1, digest: "")
        )
    }

    static func replay(_ records: [ParticipationRecord]) throws -> CohortPlanner {
        var specification = try Federation().specification
        specification.participation = .recorded(records)
        return CohortPlanner(specification)
    }

    @Test func aRecordedRoundIsPlayedAgain() throws {
        var aborted = Self.record(selected: [0])
        aborted.outcome = .aborted(.belowQuorum)
        let cohort = try Self.replay([aborted, Self.record(), aborted]).cohort(round: 1, attempt: 0)
        #expect(cohort.attempt == 2)
        #expect(cohort.selected.map(\.number) == [5, 1, 3] && cohort.expected.map(\.number) == [5, 3])
    }

    @Test func aRecordThatDoesNotFitIsRefused() throws {
        let bad = [
            Self.record(population: 9), Self.record(accepted: []), Self.record(accepted: [2]),
            Self.record(accepted: [3, 5, 7]), Self.record(selected: [5, 5, 3]), Self.record(selected: [5, 3, 8]),
        ]
        for record in bad {
            #expect(throws: SelectionError.noCohort(round: 1)) {
                try Self.replay([record]).cohort(round: 1, attempt: 0)
            }
        }
        #expect(throws: SelectionError.noCohort(round: 2)) {
            try Self.replay([Self.record()]).cohort(round: 2, attempt: 0)
        }
    }

    @Test func aReplayedRunHasTheDigestsOfTheFirst() throws {
        let policy = RoundPolicy(cohort: 4, overSelection: 0.5, dropout: 0.2, quorum: 1)
        let federation = try Federation(policy: policy)
        var engine = try federation.engine()
        try federation.finish(&engine)
        var replay = try Federation(policy: policy)
        replay.specification.participation = .recorded(engine.participation)
        var again = try replay.engine()
        try replay.finish(&again)
        #expect(again.modelDigest == engine.modelDigest)
        #expect(again.participation == engine.participation.filter { $0.outcome != .aborted(.belowQuorum) })
    }
}
