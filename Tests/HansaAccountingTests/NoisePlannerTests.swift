import HansaPrivacy
import HansaQuantization
import Testing

@testable import HansaAccounting

@Suite("Step, bound, noise and width together")
struct NoisePlannerTests {
    private func wish(
        _ law: NoiseLaw,
        _ placement: NoisePlanner.Placement,
        bits: Int,
        dimension: Int = 1000,
        cohort: UInt32 = 100,
        epsilon: Double = 4
    ) throws -> NoisePlanner {
        NoisePlanner(
            law: law,
            placement: placement,
            clip: 0.5,
            dimension: dimension,
            width: try BitWidth(bits),
            cohort: cohort,
            rounds: 10,
            epsilon: epsilon,
            delta: 1e-6
        )
    }

    @Test("a plan fits its width, keeps its ε, and a finer step would not fit")
    func fits() throws {
        for (law, placement) in [
            (.discreteLaplace, .local), (.discreteGaussian, .local), (.discreteGaussian, .central),
            (.skellam, .distributed), (.skellam, .local),
        ] as [(NoiseLaw, NoisePlanner.Placement)] {
            let plan = try wish(law, placement, bits: 18).plan()
            #expect(plan.bitsNeeded <= 18)
            #expect(plan.bitsNeeded >= 17)
            #expect(plan.expectedClamps <= NoiseTail.expectedCountMax)
            var accountant = RenyiAccountant()
            try accountant.add(plan.event, count: 10)
            #expect(accountant.epsilon(delta: 1e-6) <= 4)
            #expect(accountant.spending.epsilon(delta: 1e-6) > 3.5)
            // Replace-one: twice the integer bound, derived again here.
            if law == .discreteLaplace {
                let bound = try SystematicRounding(clip: 0.5, step: plan.step).bound
                #expect(plan.event.sensitivityL1 == UInt64(2 * bound))
                #expect(plan.bound == UInt64(bound))
            } else {
                let rounding = try ConditionalRounding(count: 1000, clip: 0.5, step: plan.step)
                #expect(plan.event.sensitivityL2Squared == 4 * rounding.boundSquared)
                #expect(plan.bound * plan.bound >= rounding.boundSquared)
            }
        }
    }

    @Test("no plan has noise that no sampler draws")
    func drawable() throws {
        // With 32 bits the finest step that fits would take a Laplace scale beyond the sampler's.
        let plan = try wish(.discreteLaplace, .central, bits: 32, epsilon: 0.5).plan()
        try NoiseSampler.validate(plan.noise.mechanism)
        #expect(plan.noise.mechanism.parameter.value > 0x1p23)
    }

    @Test("shares cost the reader the sum's ε and the coordinator far more")
    func distributed() throws {
        let plan = try wish(.skellam, .distributed, bits: 20).plan()
        let seen = try #require(plan.coordinatorEvent)
        #expect(seen.mechanism.parameter.numerator == plan.event.mechanism.parameter.numerator)
        #expect(seen.mechanism.parameter.denominator == 100 * plan.event.mechanism.parameter.denominator)
        var reader = RenyiAccountant()
        try reader.add(plan.event, count: 10)
        var coordinator = RenyiAccountant()
        try coordinator.add(seen, count: 10)
        #expect(coordinator.epsilon(delta: 1e-6) > 10 * reader.epsilon(delta: 1e-6))
        #expect(try wish(.discreteGaussian, .central, bits: 20).plan().coordinatorEvent == nil)
    }

    @Test("a hopeless wish says what would help, and it does")
    func hopeless() throws {
        let wish = try wish(.discreteGaussian, .local, bits: 32, dimension: 1_000_000, epsilon: 0.5)
        let plan = try wish.plan()
        #expect(plan.verdict == .hopeless)
        #expect(plan.signalToNoiseOfAll < 1)
        var helped = 0
        for remedy in plan.remedies {
            var other = wish
            switch remedy {
            case .central(let ratio):
                other.placement = .central
                // The lattice differs, so the ratio is near, not equal.
                let central = try other.plan()
                #expect(abs(central.signalToNoiseOfAll / ratio - 1) < 0.1)
                continue
            case .clients(let count): other.cohort = UInt32(count)
            case .parameters(let count): other.dimension = Int(count)
            }
            helped += 1
            #expect(try other.plan().signalToNoiseOfAll > 0.9)
        }
        #expect(helped >= 1)
        #expect(plan.remedies.count >= 2)
        let clear = try self.wish(.discreteGaussian, .central, bits: 24, dimension: 100, cohort: 10_000).plan()
        #expect(clear.verdict == .clear)
        #expect(clear.remedies.isEmpty)
    }

    @Test("mistakes are refused with what was expected")
    func mistakes() throws {
        let narrow = try wish(.discreteGaussian, .local, bits: 4)
        #expect {
            try narrow.plan()
        } throws: { error in
            guard case NoisePlanError.widthTooSmall(got: 4, let expected) = error else { return false }
            var wider = narrow
            guard let width = try? BitWidth(expected), let less = try? BitWidth(expected - 1) else { return false }
            wider.width = width
            let holds = (try? wider.plan()) != nil
            wider.width = less
            return holds && (try? wider.plan()) == nil
        }
        #expect(throws: NoisePlanError.sharesDoNotAddUp(.discreteGaussian)) {
            try wish(.discreteGaussian, .distributed, bits: 16).plan()
        }
        for (clip, dimension, epsilon) in [(0, 10, 1), (.nan, 10, 1), (1, 0, 1), (1, 10, 0), (1, 10, .infinity)]
            as [(Double, Int, Double)]
        {
            var wish = try wish(.discreteLaplace, .local, bits: 16)
            (wish.clip, wish.dimension, wish.epsilon) = (clip, dimension, epsilon)
            #expect(throws: NoisePlanError.self) { try wish.plan() }
        }
    }

    @Test("tails bound the summed masses")
    func tails() throws {
        let laws: [NoiseMechanism] = [
            .discreteLaplace(scale: try Ratio(7)), .discreteGaussian(variance: try Ratio(30)),
            .skellam(variance: try Ratio(30)), .skellam(variance: try Ratio(1, 2)),
        ]
        for law in laws {
            let masses = law.masses(reach: 400)
            #expect(abs(masses.reduce(0, +) - 1) < 1e-9)
            for t in [0, 1, 5, 20] {
                let summed = masses[(t + 1)...].reduce(0, +)
                #expect(law.tail(beyond: Double(t)) >= summed - 1e-12)
                if case .discreteLaplace = law { #expect(law.tail(beyond: Double(t)) <= summed + 1e-9) }
            }
            let variance = masses.enumerated().reduce(0) { $0 + $1.element * Double($1.offset * $1.offset) }
            #expect(abs(law.standardDeviation - variance.squareRoot()) < 1e-3 * law.standardDeviation)
        }
    }
}
