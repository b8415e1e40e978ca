import HansaAggregation
import HansaCore
import Testing

@Suite("Cohort selectors")
struct CohortSelectorTests {
    private func request(
        seed: UInt64 = 7,
        round: UInt32 = 1,
        attempt: UInt32 = 0,
        population: UInt32 = 100,
        count: Int = 12
    ) -> SelectionRequest {
        SelectionRequest(seed: seed, round: round, attempt: attempt, population: population, count: count)
    }

    private func select(_ request: SelectionRequest) throws -> [UInt32] {
        try UniformCohortSelector().select(request).map(\.number)
    }

    /// Values of Scripts/vectors/cohort_selection.py.
    @Test("uniform: meets the golden cohorts of an independent script")
    func meetsGoldenCohorts() throws {
        #expect(try select(request()) == [49, 47, 83, 61, 58, 72, 92, 94, 53, 95, 43, 79])
        #expect(try select(request(round: 2)) == [14, 77, 25, 27, 84, 39, 11, 90, 86, 42, 60, 6])
        #expect(try select(request(attempt: 1)) == [33, 24, 8, 46, 16, 17, 99, 2, 43, 1, 23, 37])
        let whole = request(seed: 1 << 40 + 5, round: 1000, attempt: 3, population: 10, count: 10)
        #expect(try select(whole) == [1, 7, 2, 9, 5, 8, 4, 6, 0, 3])
    }

    @Test("uniform: clients are distinct and in the roster", arguments: [1, 2, 63, 64] as [Int])
    func areDistinct(count: Int) throws {
        for seed in 0..<200 as Range<UInt64> {
            let cohort = try select(request(seed: seed, population: 64, count: count))
            #expect(cohort.count == count && Set(cohort).count == count && cohort.allSatisfy { $0 < 64 })
        }
    }

    @Test("uniform: every client, and every first client, is equally likely")
    func isUniform() throws {
        // 20,000 cohorts of 8 out of 40. A client is in 4,000 on average; without replacement the variance of a count is
        // 20,000 · 0.2 · 0.8, and Σ (n − 4000)² / 3200 · 39/40 follows chi-square with 39 degrees of freedom. Below 80
        // with probability above 1 − 1e-4; the seeds are fixed.
        var counts = [Double](repeating: 0, count: 40)
        var firsts = counts
        for seed in 0..<20_000 as Range<UInt64> {
            let cohort = try select(request(seed: seed, population: 40, count: 8))
            for client in cohort { counts[Int(client)] += 1 }
            firsts[Int(cohort[0])] += 1
        }
        let spread = counts.map { ($0 - 4000) * ($0 - 4000) / 3200 * 39 / 40 }.reduce(0, +)
        #expect(spread < 80 && spread > 12)
        let firstSpread = firsts.map { ($0 - 500) * ($0 - 500) / 500 }.reduce(0, +)
        #expect(firstSpread < 80 && firstSpread > 12)
    }

    @Test("uniform: a cohort of a roster of four thousand million takes no roster")
    func takesHugeRosters() throws {
        let cohort = try select(request(population: .max, count: 1000))
        #expect(Set(cohort).count == 1000)
        #expect(cohort.contains { $0 > 1 << 31 })
    }

    @Test("uniform: more than the population is refused, none is none")
    func refusesTooMany() throws {
        #expect(throws: SelectionError.cohortExceedsPopulation(cohort: 101, population: 100)) {
            try select(request(count: 101))
        }
        #expect(throws: SelectionError.noCohort(round: 1)) { try select(request(count: -1)) }
        #expect(try select(request(count: 0)) == [])
        #expect(try select(request(population: 0, count: 0)) == [])
    }

    @Test("scheduled: rows repeat, in every attempt")
    func followsTheSchedule() throws {
        let rows = [[4, 2], [0, 1], [3, 9]].map { $0.map { ClientID($0) } }
        let selector = ScheduledCohortSelector(rows)
        for round in 1...7 as ClosedRange<UInt32> {
            for attempt in 0..<2 as Range<UInt32> {
                let request = request(round: round, attempt: attempt, population: 10, count: 2)
                #expect(try selector.select(request) == rows[Int(round - 1) % 3])
            }
        }
    }

    @Test("scheduled: impossible rows are refused")
    func refusesImpossibleRows() throws {
        func select(_ rows: [[UInt32]], _ request: SelectionRequest) throws -> [ClientID] {
            try ScheduledCohortSelector(rows.map { $0.map { ClientID($0) } }).select(request)
        }
        let pair = request(population: 10, count: 2)
        #expect(throws: SelectionError.noCohort(round: 1)) { try select([], pair) }
        #expect(throws: SelectionError.noCohort(round: 1)) { try select([[1, 1]], pair) }
        #expect(throws: SelectionError.noCohort(round: 1)) { try select([[1, 10]], pair) }
        #expect(throws: SelectionError.noCohort(round: 1)) { try select([[1, 2, 3]], pair) }
        #expect(throws: SelectionError.noCohort(round: 0)) {
            try select([[1, 2]], request(round: 0, population: 10, count: 2))
        }
        #expect(throws: SelectionError.cohortExceedsPopulation(cohort: 2, population: 1)) {
            try select([[0, 1]], request(population: 1, count: 2))
        }
    }
}
