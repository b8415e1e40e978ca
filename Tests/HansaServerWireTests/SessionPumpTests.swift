import HansaClientWire
import HansaCore
import HansaNumerics
import HansaQuantization
import HansaServerWire
import HansaWire
import Testing

/// Both sides' sessions with both real codecs, bytes cut anywhere.
@Suite struct SessionPumpTests {
    private static let client = ClientID(3)
    private static let id = AssignmentID(round: 1, attempt: 0, client: client, fence: 0)

    /// A contribution from the question for work to the accepted update.
    private struct Contribution {
        let schema: ParameterSchema
        let plan: RoundPlan
        let parameters: [Float]
        let update: ClientUpdate
        let sections: [UInt64]
        let configuration: ServerSession.Configuration

        init(parameterCount: Int, chunkByteCountMax: UInt32) throws {
            schema = try ParameterSchema([ParameterBlock(name: "w", shape: [parameterCount])])
            parameters = (0..<parameterCount).map { Float($0) }
            let width = try BitWidth(8)
            let lattice = try Lattice(covering: 1, width: width)
            plan = RoundPlan(
                run: RunID(high: 1, low: 2),
                round: 1,
                attempt: 0,
                model: SHA256Digest(schema: schema, parameters: parameters),
                modelVersion: 0,
                work: LocalWork(
                    epochs: 1,
                    batchSize: 0,
                    learningRate: 0.5,
                    momentum: 0,
                    weightDecay: 0,
                    shuffles: false,
                    stepCountMax: 0
                ),
                weighting: .uniform,
                clip: .none,
                down: [SectionPlan(blocks: 0..<1, encoding: .float32)],
                up: [SectionPlan(blocks: 0..<1, encoding: .packed(lattice, width))],
                deadlineMilliseconds: 1_000
            )
            let payload = [UInt8](repeating: 1, count: plan.updateByteCount(schema: schema))
            sections = [UInt64(payload.count)]
            update = ClientUpdate(
                report: UpdateReport(
                    assignment: id,
                    planDigest: plan.digest,
                    sampleCount: 0,
                    payloadDigest: SHA256Digest(hashing: payload)
                ),
                payload: payload
            )
            configuration = ServerSession.Configuration(
                run: plan.run,
                chunkByteCountMax: chunkByteCountMax,
                windowByteCount: 4 * chunkByteCountMax
            )
        }

        var modelBytes: [UInt8] {
            parameters.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * $0)) }
            }
        }
    }

    /// What one run of the pump left.
    private struct Outcome {
        var clientSent = ByteCounts()
        var clientReceived = ByteCounts()
        var serverSent = ByteCounts()
        var serverReceived = ByteCounts()
        var spool: [UInt8] = []
        var model: [Float] = []
        var answer: SubmissionAnswer?
    }

    /// Runs one contribution; the connection breaks after each of the given numbers of deliveries.
    private static func pump(_ work: Contribution, seed: UInt64, breaks: [Int]) throws -> Outcome {
        var chance = RandomStream(seed: seed, purpose: .network)
        var client = ClientSession(configuration: ClientSession.Configuration(build: "test"))
        var outcome = Outcome()
        var log = ExchangeLog()
        var connection: UInt8 = 0
        var breaks = breaks
        client.requestWork()
        while outcome.answer == nil, connection < 30 {
            connection += 1
            client.connect(nonce: [UInt8](repeating: connection, count: 32))
            var server = ServerSession(
                configuration: work.configuration,
                client: Self.client,
                nonce: [UInt8](repeating: 100 + connection, count: 32),
                resumeToken: [UInt8](repeating: 1, count: 32)
            )
            var up: [UInt8] = []
            var down: [UInt8] = []
            var deliveries = breaks.isEmpty ? Int.max : breaks.removeFirst()
            while outcome.answer == nil, deliveries > 0 {
                deliveries -= 1
                while let frame = client.nextFrame() { up += frame.head + frame.data }
                let upCount = min(up.count, 1 + Int(chance.next(below: 700)))
                let upBytes = Array(up.prefix(upCount))
                up.removeFirst(upCount)
                for event in try upBytes.withUnsafeBytes({ try server.receive($0) }) {
                    switch event {
                    case .workRequested:
                        let assigned = Work.assigned(
                            id,
                            plan: work.plan.canonicalBytes,
                            schema: work.schema.canonicalBytes
                        )
                        server.answerWork(assigned, isRepeated: log.begin(.work, id))
                    case .modelRequested(let request):
                        server.answerModel(request, content: work.modelBytes, isRepeated: log.begin(.model, id))
                    case .uploadBegan:
                        let isAll = server.grantUpload(
                            id,
                            offset: UInt64(outcome.spool.count),
                            isRepeated: log.begin(.upload, id)
                        )
                        if isAll { server.answerUpload(UploadAnswer(assignment: id, answer: .accepted)) }
                    case .uploadBytes(let offset, let bytes):
                        #expect(offset == UInt64(outcome.spool.count))
                        outcome.spool += bytes
                    case .uploadComplete: server.answerUpload(UploadAnswer(assignment: id, answer: .accepted))
                    case .opened: break
                    case .withdrawn, .goodbye, .refused: Issue.record("unexpected \(event)")
                    }
                }
                while let frame = server.nextFrame() { down += frame.head + frame.data }
                let downCount = min(down.count, 1 + Int(chance.next(below: 700)))
                let downBytes = Array(down.prefix(downCount))
                down.removeFirst(downCount)
                for event in try downBytes.withUnsafeBytes({ try client.receive($0) }) {
                    switch event {
                    case .workAnswered(.assignment(let assignment), let schema):
                        client.fetchModel(of: assignment, schema: try #require(schema))
                    case .modelReady(_, let parameters):
                        outcome.model = parameters
                        client.submit(work.update, sectionByteCounts: work.sections)
                    case .submissionAnswered(_, let answer, _): outcome.answer = answer
                    case .welcomed: break
                    default: Issue.record("unexpected \(event)")
                    }
                }
            }
            client.disconnected()
            outcome.serverSent += server.sent
            outcome.serverReceived += server.received
        }
        outcome.clientSent = client.sent
        outcome.clientReceived = client.received
        return outcome
    }

    @Test("An undisturbed contribution takes the predicted bytes on both sides", arguments: 0..<20)
    func undisturbedBytesArePredicted(seed: UInt64) throws {
        let work = try Contribution(parameterCount: 1 + 997 * Int(seed), chunkByteCountMax: 64 + 131 * UInt32(seed))
        let outcome = try Self.pump(work, seed: seed, breaks: [])
        let predicted = UndisturbedExchange(
            plan: work.plan,
            schema: work.schema,
            report: work.update.report,
            modelByteCount: work.modelBytes.count,
            configuration: work.configuration
        )
        #expect(outcome.answer == .accepted)
        #expect(outcome.model == work.parameters)
        #expect(outcome.spool == work.update.payload)
        #expect(outcome.clientSent.training == predicted.up.training)
        #expect(outcome.clientReceived.training == predicted.down.training)
        #expect(outcome.clientSent.repeated == 0 && outcome.clientReceived.repeated == 0)
        #expect(outcome.serverReceived == outcome.clientSent)
        #expect(outcome.serverSent == outcome.clientReceived)
    }

    @Test("Broken connections lose and repeat nothing of the content", arguments: 0..<20)
    func reconnectsResume(seed: UInt64) throws {
        var chance = RandomStream(seed: seed, purpose: .faults)
        let work = try Contribution(parameterCount: 5_000, chunkByteCountMax: 512)
        let breaks = (0..<12).map { _ in 1 + Int(chance.next(below: 25)) }
        let outcome = try Self.pump(work, seed: seed, breaks: breaks)
        #expect(outcome.answer == .accepted)
        #expect(outcome.model == work.parameters)
        #expect(outcome.spool == work.update.payload)
        #expect(outcome.clientSent.repeated > 0)
    }
}
