import HansaCore
import HansaNumerics
import HansaPrivacy
import HansaQuantization
import Testing

@testable import HansaClient

@Suite("A client's policy about privacy")
struct PrivacyPolicyTests {
    static func schema() throws -> ParameterSchema { try ParameterSchema([ParameterBlock(name: "w", shape: [100])]) }

    /// A plan with noise that keeps its promise: sixteen bits, a step of 1/16.
    static func plan(
        _ noise: NoiseMechanism,
        _ placement: NoisePlacement = .local,
        source: NoiseSource = .system,
        clip: ClipRule
    ) throws -> RoundPlan {
        var plan = try AgentFixtures.assignment(capabilities: [.packedIntegers, .exactNoise]).plan
        let width = try BitWidth(16)
        let section = SectionPlan(blocks: 0..<1, encoding: .packed(try Lattice(step: 0.0625, bound: 32_767), width))
        plan.down = [SectionPlan(blocks: 0..<1, encoding: .float32)]
        plan.up = [section]
        plan.clip = clip
        plan.noise = .added(Noise(mechanism: noise, placement: placement, source: source))
        try plan.validate(schema: schema(), cohortMax: 100)
        return plan
    }

    /// ε = 2 · 16 / 64 = 0.5, a noise multiplier of √2 · 64 / 32 = 2.828.
    static func laplace(source: NoiseSource = .system) throws -> RoundPlan {
        try plan(.discreteLaplace(scale: try Ratio(64)), source: source, clip: .l1(bound: 1))
    }

    /// Noise of the same variance on the sum, whoever adds it.
    static func skellam(_ placement: NoisePlacement, source: NoiseSource = .system) throws -> RoundPlan {
        try plan(.skellam(variance: try Ratio(1_000_000)), placement, source: source, clip: .l2(bound: 4))
    }

    static func rule(
        _ lines: String,
        _ plan: RoundPlan,
        spending: DeviceSpending = DeviceSpending()
    ) throws -> String? {
        let policy = try ClientPolicyTests.policy(lines)
        let verdict = policy.judge(plan, schema: try schema(), roundsAnswered: 0, spending: spending)
        guard case .refused(let rule, let got, let allowed) = verdict else { return nil }
        #expect(!got.isEmpty && !allowed.isEmpty && verdict.description.contains(rule))
        return rule
    }

    @Test("refuses an update that costs more than one may, and allows what lies below")
    func perRound() throws {
        #expect(try Self.rule("max-epsilon-per-round = 0.5001", try Self.laplace()) == nil)
        #expect(try Self.rule("max-epsilon-per-round = 4999e-4", try Self.laplace()) == "max-epsilon-per-round")
    }

    @Test("counts what is spent against the bound on all of it")
    func inAll() throws {
        let plan = try Self.laplace()
        var spending = DeviceSpending()
        let charge = ClientPolicy.standard.charge(of: plan, schema: try Self.schema())
        spending.add(charge)
        spending.add(charge)
        #expect(try Self.rule("max-epsilon = 1.5001", plan, spending: spending) == nil)
        #expect(try Self.rule("max-epsilon = 1.4999", plan, spending: spending) == "max-epsilon")
        #expect(try Self.rule("max-epsilon = 1.4999", plan) == nil)
        // What no ε bounds cannot be added to.
        for change: (inout DeviceSpending) -> Void in [{ $0.unboundedCount = 1 }, { $0.unknownCount = 1 }] {
            var spending = DeviceSpending()
            change(&spending)
            #expect(try Self.rule("max-epsilon = 1000000", plan, spending: spending) == "max-epsilon")
            #expect(try Self.rule("max-epsilon-per-round = 1", plan, spending: spending) == nil)
        }
    }

    @Test("keeps no bound on all of it over gaps, until the owner has said how many are known")
    func gaps() throws {
        let plan = try Self.laplace()
        var spending = DeviceSpending()
        spending.add(ClientPolicy.standard.charge(of: plan, schema: try Self.schema()))
        spending.copyCount = 1
        spending.unknownCount = 2
        for (lines, isAllowed) in [("", false), ("\naccept-gaps = 2", false), ("\naccept-gaps = 3", true)] {
            let rule = try Self.rule("max-epsilon = 1.0001" + lines, plan, spending: spending)
            #expect(rule == (isAllowed ? nil : "max-epsilon"), "\(lines)")
        }
        // What is known counts as before.
        let small = try Self.rule("max-epsilon = 0.9\naccept-gaps = 3", plan, spending: spending)
        #expect(small == "max-epsilon")
        let verdict = try ClientPolicyTests.policy("max-epsilon = 9")
            .judge(plan, schema: try Self.schema(), roundsAnswered: 0, spending: spending)
        #expect(verdict.description.contains("accept-gaps = 3"), "\(verdict.description)")
    }

    @Test("takes no δ at which an ε says nothing")
    func largestDelta() throws {
        _ = try ClientPolicyTests.policy("delta = 1e-3")
        let error = #expect(throws: FlatFileError.self) { try ClientPolicyTests.policy("delta = 0.0011") }
        #expect(error.map { "\($0)" }?.contains("at most 1e-3") == true)
    }

    @Test("judges ε at the policy's δ")
    func delta() throws {
        let plan = try Self.plan(.discreteGaussian(variance: try Ratio(1_000_000)), clip: .l2(bound: 4))
        func epsilon(_ delta: Double) throws -> Double {
            let charge = ClientPolicy.standard.charge(of: plan, schema: try Self.schema())
            guard case .release(_, let cost, _) = charge else { return .infinity }
            return DeviceSpending().epsilon(delta: delta, after: cost)
        }
        let between = try (epsilon(1e-3) + epsilon(1e-9)) / 2
        let limit = "max-epsilon = \(between)\ndelta = "
        #expect(try Self.rule(limit + "1e-3", plan) == nil)
        #expect(try Self.rule(limit + "0.000000001", plan) == "max-epsilon")
    }

    @Test("refuses noise below the least multiplier")
    func leastNoise() throws {
        #expect(try Self.rule("min-noise = 2.82", try Self.laplace()) == nil)
        #expect(try Self.rule("min-noise = 2.84", try Self.laplace()) == "min-noise")
        // A share of a hundredth has a tenth of the deviation, and that is what the client itself adds.
        let shared = try Self.skellam(.distributed(cohortMin: 100))
        #expect(try Self.rule("min-noise = 2", try Self.skellam(.distributed(cohortMin: 1))) == nil)
        #expect(try Self.rule("min-noise = 2", shared) == "min-noise")
        #expect(try Self.rule("min-noise = 2\ntrust-coordinator = sum-only", shared) == nil)
    }

    @Test(
        "allows only the placements that are named",
        arguments: [("local", [nil, "placements", "placements"]), ("distributed, central", ["placements", nil, nil])]
    )
    func placements(names: String, rules: [String?]) throws {
        let plans = try [.local, .distributed(cohortMin: 4), .central].map { try Self.skellam($0) }
        #expect(try plans.map { try Self.rule("placements = \(names)", $0) } == rules)
        #expect(try plans.map { try Self.rule("placements = none", $0) } == ["placements", "placements", "placements"])
    }

    @Test("takes central noise for none, and a share for what it is, unless the coordinator is trusted")
    func trust() throws {
        let central = try Self.skellam(.central)
        let trusted = "\ntrust-coordinator = sum-only"
        for lines in [
            "accept-no-noise = no", "min-noise = 0.001", "max-epsilon-per-round = 1000", "max-epsilon = 1000",
        ] {
            #expect(try Self.rule(lines, central) == String(lines.split(separator: " ")[0]))
            #expect(try Self.rule(lines + trusted, central) == nil)
            #expect(try Self.rule(lines + "\ntrust-coordinator = no", central) != nil)
        }
        let schema = try Self.schema()
        #expect(ClientPolicy.standard.charge(of: central, schema: schema) == .unbounded)
        let policy = try ClientPolicyTests.policy("trust-coordinator = sum-only")
        for placement: NoisePlacement in [.central, .distributed(cohortMin: 100)] {
            let plan = try Self.skellam(placement)
            guard case .release(let event, _, .modelReaders) = policy.charge(of: plan, schema: schema) else {
                Issue.record("not charged for readers of the model")
                return
            }
            #expect(event.mechanism == .skellam(variance: try Ratio(1_000_000)))
        }
        let share = ClientPolicy.standard.charge(of: try Self.skellam(.distributed(cohortMin: 100)), schema: schema)
        guard case .release(let event, _, .everyone) = share else {
            Issue.record("the share is not charged")
            return
        }
        #expect(event.mechanism == .skellam(variance: try Ratio(1_000_000, 100)))
    }

    @Test("refuses noise from a seed unless it is accepted, whoever adds it")
    func seeded() throws {
        for plan in [try Self.laplace(source: .seeded), try Self.skellam(.central, source: .seeded)] {
            #expect(try Self.rule("", plan) == "accept-seeded-noise")
            #expect(try Self.rule("accept-seeded-noise = no", plan) == "accept-seeded-noise")
            #expect(try Self.rule("accept-seeded-noise = yes", plan) == nil)
        }
        let charge = ClientPolicy.standard.charge(of: try Self.laplace(source: .seeded), schema: try Self.schema())
        #expect(charge.isSeeded)
        var spending = DeviceSpending()
        spending.add(charge)
        #expect(spending.seededCount == 1)
    }

    @Test("takes noise without a guarantee, or for a model that is not known, for none")
    func noGuarantee() throws {
        var plan = try Self.laplace()
        #expect(ClientPolicy.standard.charge(of: plan, schema: nil) == .unbounded)
        plan.clip = .none
        #expect(ClientPolicy.standard.charge(of: plan, schema: try Self.schema()) == .unbounded)
        #expect(try Self.rule("accept-no-noise = no", plan) == "accept-no-noise")
        // A plan that goes beyond its model is judged, not trapped on.
        var foreign = try Self.laplace()
        foreign.up = [SectionPlan(blocks: 0..<9, encoding: foreign.up[0].encoding)]
        #expect(ClientPolicy.standard.charge(of: foreign, schema: try Self.schema()) == .unbounded)
    }

    @Test("bounds refuse updates without noise, whatever accept-no-noise says")
    func unnoised() throws {
        let plan = try ClientPolicyTests.plan()
        for key in ["min-noise", "max-epsilon-per-round", "max-epsilon"] {
            #expect(try Self.rule("accept-no-noise = yes\n\(key) = 100", plan) == key)
        }
    }

    @Test(
        "says what is wrong with a file",
        arguments: [
            ("max-epsilon = 0", "above 0 and below 1e9"), ("max-epsilon = -1", "above 0"),
            ("max-epsilon = 1e9", "below 1e9"),
            ("delta = 1", "below 1,"), ("delta = 1e-60", "below 1,"), ("min-noise = nan", "a number"),
            ("min-noise = 1.2.3", "a number"), ("max-epsilon = 1e", "a number"), ("max-epsilon = .", "a number"),
            ("trust-coordinator = yes", "no or sum-only"), ("placements = locl", "did you mean \"local\"?"),
            ("max-epsilon-per-rund = 1", "did you mean \"max-epsilon-per-round\"?"),
        ]
    )
    func mistakes(lines: String, words: String) throws {
        let error = #expect(throws: FlatFileError.self) { try ClientPolicyTests.policy(lines) }
        let message = try #require(error).description
        #expect(message.contains(words), "\(message)")
    }

    @Test("reads decimal numbers to the nearest double")
    func decimals() throws {
        for (text, value) in [
            ("1e-6", 1e-6), ("0.1", 0.1), ("8", 8), ("2.5e3", 2_500), ("1.23456789012345", 1.23456789012345),
            ("00.50", 0.5), ("3e+2", nil), ("0x1", nil), ("1234567890123456", nil),
        ] as [(String, Double?)] {
            #expect((try? ClientPolicyTests.policy("max-epsilon = \(text)"))?.epsilonMax == value, "\(text)")
        }
    }

    @Test("is asked by the agent, which withdraws over budget before it fetches, and records what it charges")
    func agent() throws {
        var assignment = try AgentFixtures.assignment()
        assignment.plan = try Self.laplace()
        let schema = try Self.schema()
        var agent = ClientAgent(
            policy: try ClientPolicyTests.policy("max-epsilon = 1.2"),
            words: AgentFixtures.CountedWords()
        )
        _ = agent.handle(.started(outbox: []))
        for _ in 0..<2 {
            #expect(agent.handle(.workAnswered(.assignment(assignment), schema: schema)).count == 2)
            _ = agent.handle(.modelReady)
            let before = agent.spending
            let actions = agent.handle(.trained(.success(AgentFixtures.trained())))
            guard case .record(let record)? = actions.first else {
                Issue.record("not recorded")
                return
            }
            #expect(record.charge == agent.policy.charge(of: assignment.plan, schema: schema))
            // Nothing is spent until it is durable, and then it is, whatever becomes of it.
            #expect(agent.spending == before)
            _ = agent.handle(.recorded(assignment.id))
            #expect(agent.spending.noised.releaseCount == before.noised.releaseCount + 1)
            _ = agent.handle(.submissionAnswered(assignment.id, .accepted))
        }
        #expect(agent.spending.epsilon(delta: 1e-6) >= 1)
        let refused = agent.handle(.workAnswered(.assignment(assignment), schema: schema))
        #expect(AgentFixtures.names(refused) == ["withdraw 1 policy", "timer"])
    }
}
