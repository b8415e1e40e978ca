import HansaClient
import HansaClientTransport
import HansaCore
import HansaNumerics
import HansaQuantization
import HansaWire
import Synchronization

/// A piece of work whose model and update take several chunks each.
struct LoopWork {
    let schema: ParameterSchema
    let parameters: [Float]
    let assignment: Assignment

    init(round: UInt32 = 1, run: RunID = PeerConnection.run) throws {
        schema = try ParameterSchema([ParameterBlock(name: "w", shape: [500_000])])
        parameters = (0..<schema.count).map { Float($0) }
        let plan = RoundPlan(
            run: run,
            round: round,
            attempt: 0,
            model: SHA256Digest(schema: schema, parameters: parameters),
            modelVersion: 0,
            work: LocalWork(epochs: 1, batchSize: 0, learningRate: 0.5, shuffles: false),
            weighting: .uniform,
            clip: .none,
            down: [SectionPlan(blocks: 0..<1, encoding: .float32)],
            up: [SectionPlan(blocks: 0..<1, encoding: .packed(try Lattice(step: 0x1p-10, bound: 15), try BitWidth(5)))],
            deadlineMilliseconds: 1000
        )
        assignment = Assignment(
            id: AssignmentID(round: round, attempt: 0, client: PeerConnection.client, fence: 0),
            plan: plan
        )
    }

    var message: WireMessage {
        .work(.assigned(assignment.id, plan: assignment.plan.canonicalBytes, schema: schema.canonicalBytes))
    }

    var content: [UInt8] {
        var writer = ByteWriter()
        for parameter in parameters { writer.write(parameter) }
        return writer.bytes
    }

    /// A record of this work with a payload of its own.
    func record(_ payload: [UInt8]) -> OutboxRecord {
        let report = UpdateReport(
            assignment: assignment.id,
            planDigest: assignment.plan.digest,
            sampleCount: 0,
            payloadDigest: SHA256Digest(hashing: payload)
        )
        return OutboxRecord(
            update: ClientUpdate(report: report, payload: payload),
            sectionByteCounts: [UInt64(payload.count)]
        )
    }
}

/// A trainer that answers with bytes of its round, other ones at each call, and counts its calls.
struct ScriptedRunner: TrainingRunner {
    final class Calls: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }
        func add() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    let calls = Calls()
    var kind: TrainerKind { .exact }

    func train(
        _ assignment: Assignment,
        schema: ParameterSchema,
        model: [Float]
    ) -> Result<TrainedUpdate, RefusalReason> {
        let payload = [UInt8](
            repeating: UInt8(truncatingIfNeeded: calls.add()),
            count: assignment.plan.updateByteCount(schema: schema)
        )
        return .success(
            TrainedUpdate(
                encoded: EncodedUpdate(payload: payload, declaredSampleCount: 0, saturatedCount: 0, wasClipped: false),
                summary: TrainingSummary(stepCount: 1, meanLoss: 1)
            )
        )
    }
}
