import HansaClient
import HansaCore
import HansaNumerics
import HansaQuantization

/// Work, updates and agents in every state.
enum AgentFixtures {
    typealias Agent = ClientAgent<CountedWords>

    /// Words 0, 1, 2, …, each in the upper half, where back-off looks; counts how many were drawn.
    struct CountedWords: RandomWords, Sendable {
        var drawnCount: UInt64 = 0

        mutating func next64() -> UInt64 {
            drawnCount += 1
            return drawnCount << 56
        }
    }

    static func assignment(
        round: UInt32 = 1,
        returnedFields: ReturnedFields = [],
        capabilities: Capabilities = [.packedIntegers]
    ) throws -> Assignment {
        let width = try BitWidth(8)
        let section = SectionPlan(blocks: 0..<1, encoding: .packed(try Lattice(covering: 1, width: width), width))
        let plan = RoundPlan(
            run: RunID(high: 1, low: 2),
            round: round,
            attempt: 0,
            model: SHA256Digest(hashing: []),
            modelVersion: 0,
            work: LocalWork(epochs: 1, batchSize: 1, learningRate: 0.1),
            weighting: .uniform,
            clip: .none,
            down: [section],
            up: [section],
            deadlineMilliseconds: 1000,
            returnedFields: returnedFields,
            requiredCapabilities: capabilities
        )
        return Assignment(id: AssignmentID(round: round, attempt: 0, client: ClientID(4), fence: 0), plan: plan)
    }

    static func trained(_ payload: [UInt8] = [1, 2, 3], loss: Double = 0.5) -> TrainedUpdate {
        TrainedUpdate(
            encoded: EncodedUpdate(payload: payload, declaredSampleCount: 6, saturatedCount: 0, wasClipped: false),
            summary: TrainingSummary(stepCount: 1, meanLoss: loss)
        )
    }

    /// What an agent records for ``trained(_:loss:)`` of ``assignment(round:returnedFields:capabilities:)``.
    static func record(round: UInt32 = 1, payload: [UInt8] = [1, 2, 3]) throws -> OutboxRecord {
        let assignment = try assignment(round: round)
        return OutboxRecord(
            update: ClientUpdate(
                report: UpdateReport(
                    assignment: assignment.id,
                    planDigest: assignment.plan.digest,
                    sampleCount: 6,
                    payloadDigest: SHA256Digest(hashing: payload)
                ),
                payload: payload
            )
        )
    }

    static func agent(capabilities: Capabilities = .known) -> Agent {
        Agent(capabilities: capabilities, words: CountedWords())
    }

    /// The places an agent can be in.
    enum Place: CaseIterable {
        case idle, asking, pausing, fetching, training, recording, sending, sendingAfterBusy, stopped
    }

    /// An agent brought to a place by ordinary inputs.
    static func agent(at place: Place) throws -> Agent {
        var agent = agent()
        if place == .idle { return agent }
        _ = agent.handle(.started(outbox: []))
        if place == .asking { return agent }
        if place == .pausing || place == .stopped {
            _ = agent.handle(.workAnswered(place == .stopped ? .finished : .wait(milliseconds: 9)))
            return agent
        }
        let assignment = try assignment()
        _ = agent.handle(.workAnswered(.assignment(assignment)))
        if place == .fetching { return agent }
        _ = agent.handle(.modelReady)
        if place == .training { return agent }
        _ = agent.handle(.trained(.success(trained())))
        if place == .recording { return agent }
        _ = agent.handle(.recorded(assignment.id))
        if place == .sending { return agent }
        _ = agent.handle(.submissionAnswered(assignment.id, .refused(.busy)))
        return agent
    }

    /// The newest timer among some actions.
    static func timer(_ actions: [AgentAction]) -> (token: UInt32, milliseconds: UInt32)? {
        for case .wakeUp(let token, let milliseconds) in actions.reversed() { return (token, milliseconds) }
        return nil
    }

    /// Actions in words, without times and tokens.
    static func names(_ actions: [AgentAction]) -> [String] {
        actions.map { action in
            switch action {
            case .requestWork: "request"
            case .fetchModel(let assignment): "fetch \(assignment.id.round)"
            case .train(let assignment): "train \(assignment.id.round)"
            case .record(let record): "record \(record.assignment.round)"
            case .send(let record): "send \(record.assignment.round)"
            case .withdraw(let id, let reason): "withdraw \(id.round) \(reason)"
            case .forget(let id): "forget \(id.round)"
            case .wakeUp: "timer"
            case .stop: "stop"
            }
        }
    }

    /// Everything an agent holds, for comparison.
    static func contents(_ agent: Agent) -> String {
        var text = ""
        dump(agent, to: &text)
        return text
    }
}
