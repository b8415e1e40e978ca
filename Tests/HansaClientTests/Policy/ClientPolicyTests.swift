import HansaCore
import HansaNumerics
import HansaQuantization
import Testing

@testable import HansaClient

@Suite("A client's policy")
struct ClientPolicyTests {
    static func policy(_ lines: String) throws -> ClientPolicy {
        try ClientPolicy(bytes: Array(("[policy]\n" + lines).utf8), path: "policy.conf")
    }

    static func schema() throws -> ParameterSchema { try ParameterSchema([ParameterBlock(name: "w", shape: [100])]) }

    /// Eight bits, no clip, one epoch in batches of ten, twenty steps at most.
    static func plan(_ change: (inout RoundPlan) -> Void = { _ in }) throws -> RoundPlan {
        var plan = try AgentFixtures.assignment(returnedFields: [.trainingLoss]).plan
        plan.work = LocalWork(epochs: 2, batchSize: 10, learningRate: 0.1, stepCountMax: 20)
        plan.down = [SectionPlan(blocks: 0..<1, encoding: .float32)]
        change(&plan)
        return plan
    }

    @Test("allows all that this version can be asked for where nothing is said")
    func standard() throws {
        #expect(try Self.policy("") == .standard)
        #expect(
            ClientPolicy.standard.judge(try Self.plan(), schema: try Self.schema(), roundsAnswered: .max) == .allowed
        )
    }

    @Test(
        "refuses what lies above a limit and allows what lies at it",
        arguments: [
            ("max-epochs", "2", "1"), ("max-steps", "20", "19"), ("max-batch", "10", "9"), ("max-rounds", "8", "7"),
            ("max-update-bytes", "128", "99"), ("max-model-bytes", "400", "399"), ("max-width", "8", "7"),
            ("min-width", "8", "9"), ("require-clip", "no", "yes"), ("accept-no-noise", "yes", "no"),
            ("return-fields", "training-loss", "sample-count"),
            ("return-fields", "training-loss, sample-count", "none"),
            ("job-kinds", "training", "none"), ("roles", "trainer", "anchor, miner"),
        ]
    )
    func limits(key: String, allowed: String, refused: String) throws {
        let schema = try Self.schema()
        let plan = try Self.plan()
        #expect(try Self.policy("\(key) = \(allowed)").judge(plan, schema: schema, roundsAnswered: 7) == .allowed)
        let verdict = try Self.policy("\(key) = \(refused)").judge(plan, schema: schema, roundsAnswered: 7)
        guard case .refused(let rule, _, _) = verdict else {
            Issue.record("\(key) = \(refused) allowed the plan")
            return
        }
        #expect(rule == key)
        #expect(verdict.description.contains(key))
    }

    @Test("takes no bound, full batches and a sample count as the weight for what they are")
    func hiddenAmounts() throws {
        let schema = try Self.schema()
        let endless = try Self.plan { $0.work.stepCountMax = 0 }
        #expect(try Self.policy("max-steps = 9").judge(endless, schema: schema, roundsAnswered: 0) != .allowed)
        let full = try Self.plan { $0.work.batchSize = 0 }
        #expect(try Self.policy("max-batch = 9").judge(full, schema: schema, roundsAnswered: 0) != .allowed)
        let weighted = try Self.plan { $0.weighting = .samples(cap: 5) }
        let silent = try Self.policy("return-fields = training-loss")
        #expect(silent.judge(weighted, schema: schema, roundsAnswered: 0) != .allowed)
        let onClient = try Self.plan { $0.weighting = .samplesOnClient(cap: 5) }
        #expect(silent.judge(onClient, schema: schema, roundsAnswered: 0) == .allowed)
        let clipped = try Self.plan { $0.clip = .l2(bound: 1) }
        #expect(try Self.policy("require-clip = yes").judge(clipped, schema: schema, roundsAnswered: 0) == .allowed)
    }

    @Test("refuses a paper's insecure form unless its owner says yes")
    func insecureForm() throws {
        let form = InsecureScaledForm(
            widthMin: try BitWidth(8),
            widthMax: try BitWidth(8),
            wave: 1,
            importance: nil,
            sampleCountMax: 1,
            gradientBound: 100,
            nominalEpsilon: 10_000,
            releaseCount: 1,
            smoothness: 0,
            magnitudeMax: 64
        )
        let plan = try Self.plan { $0.algorithm = .insecureScaled(form) }
        for text in ["", "accept-insecure = no"] {
            let verdict = try Self.policy(text).judge(plan, schema: Self.schema(), roundsAnswered: 0)
            guard case .refused("accept-insecure", _, _) = verdict else {
                Issue.record("\(text): \(verdict)")
                continue
            }
        }
        let open = try Self.policy("accept-insecure = yes")
        #expect(open.judge(plan, schema: try Self.schema(), roundsAnswered: 0) == .allowed)
    }

    @Test("refuses sections that the model does not have instead of counting their bytes")
    func foreignSections() throws {
        let plan = try Self.plan { $0.down = [SectionPlan(blocks: 0..<9, encoding: .float32)] }
        let policy = try Self.policy("max-model-bytes = 1000000")
        #expect(policy.judge(plan, schema: try Self.schema(), roundsAnswered: 0) != .allowed)
    }

    @Test(
        "says what is wrong with a file",
        arguments: [
            ("max-epoch = 1", "did you mean \"max-epochs\"?"), ("max-epochs = 0", "from 1 to"),
            ("roles = trainer, trainer", "each once"), ("roles = trainr", "did you mean \"trainer\"?"),
            ("require-clip = true", "yes or no"), ("min-width = 1", "from 2 to 32"),
            ("min-width = 9\nmax-width = 8", "at most max-width"),
            ("return-fields = loss", "sample-count, training-loss"),
            ("max-rounds = 1\nmax-rounds = 2", "each key once"),
        ]
    )
    func mistakes(lines: String, words: String) throws {
        let error = #expect(throws: FlatFileError.self) { try Self.policy(lines) }
        let message = try #require(error).description
        #expect(message.hasPrefix("policy.conf:2: ") || message.hasPrefix("policy.conf:3: "))
        #expect(message.contains(words), "\(message)")
    }

    @Test("is asked by the agent, which withdraws before it fetches anything")
    func agent() throws {
        let assignment = try AgentFixtures.assignment()
        func names(_ policy: ClientPolicy, answered: UInt32 = 0) -> [String] {
            var agent = ClientAgent(
                policy: policy,
                roundsAnswered: answered,
                words: AgentFixtures.CountedWords()
            )
            _ = agent.handle(.started(outbox: []))
            return AgentFixtures.names(agent.handle(.workAnswered(.assignment(assignment), schema: nil)))
        }
        #expect(try names(Self.policy("max-epochs = 1")) == ["fetch 1", "timer"])
        #expect(try names(Self.policy("require-clip = yes")) == ["withdraw 1 policy", "timer"])
        #expect(try names(Self.policy("max-rounds = 3"), answered: 2) == ["fetch 1", "timer"])
        #expect(try names(Self.policy("max-rounds = 3"), answered: 3) == ["withdraw 1 policy", "timer"])
    }

    @Test("counts an update once it is durable")
    func counting() throws {
        var agent = try AgentFixtures.agent(at: .recording)
        #expect(agent.roundsAnswered == 0)
        _ = agent.handle(.recorded(try AgentFixtures.assignment().id))
        #expect(agent.roundsAnswered == 1)
        var other = try AgentFixtures.agent(at: .asking)
        let refused = other.handle(.workUnreadable(try AgentFixtures.assignment().id, .malformed))
        #expect(AgentFixtures.names(refused) == ["withdraw 1 malformed", "timer"])
    }
}
