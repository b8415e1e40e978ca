import HansaAggregation
import HansaCore
import HansaNumerics
import HansaPrivacy
import HansaQuantization
import Testing

/// Step, width and noise, derived together.
@Suite("Noised sections")
struct NoisedSectionTests {
    private static func configuration(
        _ noise: NoiseConfiguration,
        clip: ClipRule,
        bits: Int = 16,
        weighting: WeightRule = .uniform,
        widths: BitWidthSchedule? = nil,
        options: [String: StrategyOption] = [:]
    ) throws -> StrategyConfiguration {
        StrategyConfiguration(
            work: Fixtures.work,
            weighting: weighting,
            clip: clip,
            widths: try widths ?? .constant(BitWidth(bits)),
            ranges: [SectionRange(range: 1)],
            noise: noise,
            options: options
        )
    }

    private static func noise(
        _ law: NoiseConfiguration.Law = .laplace,
        _ placement: NoisePlacement = .local,
        multiplier: Double = 1
    ) -> NoiseConfiguration {
        NoiseConfiguration(law: law, placement: placement, multiplier: multiplier, cohort: 100)
    }

    @Test(
        "use the width up, and leave room for the noise of a whole cohort",
        arguments: [
            (noise(), ClipRule.l1(bound: 2)), (noise(.gaussian, multiplier: 2), .l2(bound: 0.7)),
            (noise(.skellam, .distributed(cohortMin: 50), multiplier: 3), .l2(bound: 0.7)),
            (noise(.gaussian, .central), .l2(bound: 0.7)), (noise(.laplace, .central), .l1(bound: 2)),
        ]
    )
    func derivation(noise: NoiseConfiguration, clip: ClipRule) throws {
        let schema = try Fixtures.schema()
        let planner = try SectionPlanner(schema: schema, ranges: [SectionRange(range: 1)])
        for bits in [14, 16, 24] {
            let (sections, added) = try planner.noisedSections(width: try BitWidth(bits), clip: clip, noise: noise)
            var plan = Fixtures.plan(weighting: .uniform, up: sections)
            plan.clip = clip
            plan.noise = added
            plan.requiredCapabilities = [.packedIntegers, .integerNormBounds, .exactNoise]
            try plan.validate(schema: schema, cohortMax: 100)
            guard case .packed(let lattice, _) = sections[0].encoding else { throw QuantizationError.invalidLattice }
            let bound = try #require(try clip.coordinateBound(count: 546, step: lattice.ownStep))
            let own = try added.noise?.clientMechanism()
            let tail = own.map { NoiseTail.magnitude(of: $0, drawCount: 54_600) } ?? 0
            let room = Double(try BitWidth(bits).magnitudeMax)
            #expect(Double(bound) + tail <= room)
            // One step finer would not fit: all but a few thousandths of the width is used.
            #expect(Double(bound) + tail >= 0.99 * room)
            // The noise is what was asked for, or a little more.
            let mechanism = try #require(added.noise?.mechanism)
            switch mechanism {
            case .discreteLaplace(let scale):
                #expect(scale.value >= noise.multiplier * Double(bound))
                #expect(scale.value <= noise.multiplier * Double(bound) + 0x1p-15)
            case .discreteGaussian(let variance), .skellam(let variance):
                guard case .l2(let clipBound) = clip else { throw QuantizationError.invalidClip }
                let squared = try ConditionalRounding(count: 546, clip: clipBound, step: lattice.ownStep).boundSquared
                let wanted = noise.multiplier * noise.multiplier * Double(squared)
                #expect(variance.value >= wanted && variance.value <= wanted * (1 + 1e-9) + 1)
            }
        }
    }

    @Test("are refused where the noise leaves the update no room")
    func hopeless() throws {
        let planner = try SectionPlanner(schema: try Fixtures.schema(), ranges: [SectionRange(range: 1)])
        #expect(throws: ConfigurationError.self) {
            try planner.noisedSections(width: try BitWidth(8), clip: .l1(bound: 1), noise: Self.noise(multiplier: 20))
        }
        #expect(throws: ConfigurationError.self) {
            try planner.noisedSections(width: try BitWidth(8), clip: .l2(bound: 1), noise: Self.noise(.gaussian))
        }
    }

    @Test("every combination whose promise would not hold is refused, with what to do instead")
    func refusals() throws {
        func message(_ configuration: StrategyConfiguration) -> String {
            do throws(ConfigurationError) {
                _ = try StrategyRegistry.standard.makeStrategy(named: "fedavg", configuration)
                return "accepted"
            } catch {
                return error.description
            }
        }
        let l1 = ClipRule.l1(bound: 1)
        let l2 = ClipRule.l2(bound: 1)
        #expect(message(try Self.configuration(Self.noise(), clip: l1)) == "accepted")
        #expect(message(try Self.configuration(Self.noise(), clip: l2)).contains("L1 norm"))
        #expect(message(try Self.configuration(Self.noise(.gaussian), clip: l1)).contains("l2"))
        #expect(message(try Self.configuration(Self.noise(), clip: .none)).contains("bound"))
        #expect(
            message(try Self.configuration(Self.noise(), clip: l1, weighting: .samples(cap: 9)))
                .contains("samples-on-client")
        )
        let falling = BitWidthSchedule.cosine(from: try BitWidth(16), to: try BitWidth(8), rounds: 10)
        #expect(message(try Self.configuration(Self.noise(), clip: l1, widths: falling)).contains("one width"))
        var configuration = try Self.configuration(Self.noise(), clip: l1)
        configuration.returnedFields = [.trainingLoss]
        #expect(message(configuration).contains("loss"))
        #expect(
            message(try Self.configuration(Self.noise(.gaussian, .distributed(cohortMin: 9)), clip: l2))
                .contains("skellam")
        )
        #expect(
            message(try Self.configuration(Self.noise(.skellam, .distributed(cohortMin: 101)), clip: l2))
                .contains("1 to the cohort")
        )
        #expect(
            message(try Self.configuration(Self.noise(), clip: l1, options: ["denominator": .word("realised")]))
                .contains("realised")
        )
        #expect(message(try Self.configuration(Self.noise(multiplier: 0), clip: l1)).contains("above 0"))
    }

    @Test("central noise is added to the sum, in the lattice's units, and divided by the public cohort")
    func centralNoise() throws {
        let schema = try Fixtures.schema()
        let configuration = try Self.configuration(Self.noise(.laplace, .central), clip: .l1(bound: 2))
        let strategy = try FederatedAveraging(configuration)
        let planner = try SectionPlanner(schema: schema, ranges: [SectionRange(range: 1)])
        let (sections, added) = try planner.noisedSections(
            width: try BitWidth(16),
            clip: .l1(bound: 2),
            noise: Self.noise(.laplace, .central)
        )
        var plan = Fixtures.plan(weighting: .uniform, up: sections)
        plan.clip = .l1(bound: 2)
        plan.noise = added
        plan.requiredCapabilities = [.packedIntegers, .integerNormBounds, .exactNoise]
        let shape = try AggregationShape(schema: schema, plans: [.trainer: plan], cohortMax: 100)
        guard case .packed(let lattice, let width) = sections[0].encoding else {
            throw QuantizationError.invalidLattice
        }
        var aggregator = try #require(try strategy.makeAggregator(shape: shape) as? MeanAggregator)
        let zeros = [UInt8](repeating: 0, count: plan.updateByteCount(schema: schema))
        for client: UInt32 in 0..<3 {
            try aggregator.accumulate(
                VerifiedUpdate(
                    assignment: AssignmentID(round: 3, attempt: 0, client: ClientID(client), fence: 0),
                    role: .trainer,
                    weight: 1,
                    payload: zeros
                )
            )
        }
        #expect(width.bits == 16)
        let sampler = try NoiseSampler(try #require(added.noise?.mechanism))
        let root = [UInt8](repeating: 7, count: 32)
        let key = NoiseKey(
            root: root,
            run: plan.run,
            assignment: AssignmentID(round: 3, attempt: 0, client: ClientID(0), fence: 0),
            planDigest: plan.digest,
            purpose: .coordinator
        ).bytes
        try aggregator.addNoise(root: root)
        let mean = try aggregator.report().delta
        var draws = [Int32](repeating: 0, count: 546)
        var again = try NoiseStream(key: key)
        try draws.withUnsafeMutableBufferPointer { try sampler.fill($0, from: &again) }
        let sent = Array(mean[..<545]) + [mean[552]]
        #expect(sent == draws.map { Float(Double($0) * (lattice.step / 100)) })
        #expect(mean[545..<552].allSatisfy { $0 == 0 })
    }
}
