import HansaAggregation
import HansaCore
import HansaQuantization
import Testing

@Suite("Learning-rate schedules") struct LearningRateScheduleTests {
    private func rates(_ schedule: LearningRateSchedule, rate: Float = 0.5, of count: UInt32) -> [Float] {
        (1...count).map { schedule.rate(rate, round: $0, of: count) }
    }

    @Test func aConstantRateIsTheSameBits() {
        #expect(rates(.constant, rate: 0.1, of: 3) == [0.1, 0.1, 0.1])
    }

    @Test func stepsFallEverySoManyRounds() {
        let schedule = LearningRateSchedule(.step(every: 2, factor: 0.5))
        #expect(rates(schedule, of: 6) == [0.5, 0.5, 0.25, 0.25, 0.125, 0.125])
    }

    @Test func anExponentialRateFallsEveryRound() {
        let schedule = LearningRateSchedule(.exponential(factor: 0.25))
        #expect(rates(schedule, of: 4) == [0.5, 0.125, 0.03125, 0.0078125])
    }

    /// cos(πt/4) is 1, √½, 0, −√½; cos(πt/6) holds ±½.
    @Test func aCosineFallsToItsEnd() {
        let root = 0.5.squareRoot()
        let expected = [1, (1 + root) / 2, 0.5, (1 - root) / 2].map { Float(0.5 * $0) }
        for (got, due) in zip(rates(LearningRateSchedule(.cosine(end: 0)), of: 4), expected) {
            #expect(abs(got - due) < 1e-7)
        }
        let lifted = rates(LearningRateSchedule(.cosine(end: 0.5)), rate: 1, of: 6)
        #expect(lifted[0] == 1 && abs(lifted[2] - 0.875) < 1e-6 && abs(lifted[4] - 0.625) < 1e-6)
    }

    @Test func aWarmupRisesInEqualStepsAndTheDecayBeginsBehindIt() {
        #expect(rates(LearningRateSchedule(.constant, warmup: 4), of: 6) == [0.125, 0.25, 0.375, 0.5, 0.5, 0.5])
        let schedule = LearningRateSchedule(.exponential(factor: 0.5), warmup: 2)
        #expect(rates(schedule, of: 5) == [0.25, 0.5, 0.5, 0.25, 0.125])
        let wave = rates(LearningRateSchedule(.cosine(end: 0), warmup: 2), of: 4)
        #expect(wave[0] == 0.25 && wave[1] == 0.5 && wave[2] == 0.5 && abs(wave[3] - 0.25) < 1e-7)
    }

    @Test func noScheduleLeavesTheRangeOfItsRateInVeryLongRuns() {
        let schedules: [LearningRateSchedule] = [
            .init(.step(every: 1, factor: 0.999)), .init(.exponential(factor: 1e-30)), .init(.cosine(end: 0.01)),
            .init(.constant, warmup: .max), .init(.cosine(end: 0), warmup: .max - 1),
        ]
        for schedule in schedules {
            for round in [1, 2, 1_000_000, UInt32.max] {
                let rate = schedule.rate(0.5, round: round, of: .max)
                #expect(rate.isFinite && rate >= 0 && rate <= 0.5, "\(schedule), round \(round)")
            }
        }
    }

    @Test func thePlansCarryEachRoundsRateAndTheCapabilitiesOfItsWork() throws {
        var configuration = try StrategyConfiguration(
            work: LocalWork(epochs: 1, batchSize: 10, learningRate: 0.5, optimizer: .adamW(AdamMoments()), proximal: 1),
            schedule: LearningRateSchedule(.step(every: 1, factor: 0.5)),
            weighting: .uniform,
            clip: .none,
            widths: .constant(.init(8)),
            ranges: [SectionRange(range: 1)]
        )
        let strategy = try FederatedAveraging(configuration)
        for (round, rate) in [(1, 0.5), (2, 0.25), (3, 0.125)] as [(UInt32, Float)] {
            let context = RoundContext(
                round: round,
                attempt: 0,
                roundCount: 3,
                population: 10,
                cohort: 2,
                schema: try Fixtures.schema(),
                seed: 1
            )
            let directive = try strategy.directive(for: .trainer, in: context)
            #expect(directive.work.learningRate == rate)
            #expect(directive.requiredCapabilities == [.packedIntegers, .boundedSteps, .adaptiveSteps])
        }
        configuration.schedule = LearningRateSchedule(.step(every: 0, factor: 0.5))
        #expect(throws: ConfigurationError.self) { try FederatedAveraging(configuration) }
        configuration.schedule = LearningRateSchedule(.exponential(factor: 1.5))
        #expect(throws: ConfigurationError.self) { try FederatedAveraging(configuration) }
        configuration.schedule = LearningRateSchedule(.cosine(end: .nan))
        #expect(throws: ConfigurationError.self) { try FederatedAveraging(configuration) }
    }
}
