import HansaCore
import HansaNumerics
import HansaQuantization
import HansaWire

/// A piece of work on a model of two blocks, and an update for it.
struct WorkFixture {
    var schema: ParameterSchema
    var parameters: [Float]
    var assignment: Assignment

    /// - Parameter count: the parameters of the first block; the second has two.
    init(count: Int = 20, round: UInt32 = 1, fence: UInt32 = 0, value: Float = 0.5) throws {
        schema = try ParameterSchema([
            ParameterBlock(name: "w", shape: [count]),
            ParameterBlock(name: "b", shape: [2]),
        ])
        parameters = (0..<schema.count).map { value * Float($0) }
        let lattice = try Lattice(step: 0x1p-10, bound: 15)
        let plan = RoundPlan(
            run: ScriptedCoordinator.run,
            round: round,
            attempt: 0,
            model: SHA256Digest(schema: schema, parameters: parameters),
            modelVersion: 0,
            work: LocalWork(epochs: 1, batchSize: 0, learningRate: 0.5, shuffles: false),
            weighting: .uniform,
            clip: .none,
            down: [
                SectionPlan(blocks: 0..<1, encoding: .float32),
                SectionPlan(blocks: 1..<2, encoding: .float32),
            ],
            up: [SectionPlan(blocks: 0..<2, encoding: .packed(lattice, try BitWidth(5)))],
            deadlineMilliseconds: 1000
        )
        let id = AssignmentID(round: round, attempt: 0, client: ScriptedCoordinator.client, fence: fence)
        assignment = Assignment(id: id, plan: plan)
    }

    var id: AssignmentID { assignment.id }
    var digest: SHA256Digest { assignment.plan.model }

    /// The model's bytes as they are sent.
    var content: [UInt8] {
        var writer = ByteWriter()
        for parameter in parameters { writer.write(parameter) }
        return writer.bytes
    }

    var work: WireMessage {
        .work(.assigned(id, plan: assignment.plan.canonicalBytes, schema: schema.canonicalBytes))
    }

    func follows(from offset: Int = 0) -> WireMessage {
        .model(.follows(digest, totalByteCount: UInt64(content.count), offset: UInt64(offset)))
    }

    /// An update of `byteCount` bytes; a session does not look into it.
    func update(byteCount: Int) -> ClientUpdate {
        let payload = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0) }
        let report = UpdateReport(
            assignment: id,
            planDigest: assignment.plan.digest,
            sampleCount: 0,
            payloadDigest: SHA256Digest(hashing: payload)
        )
        return ClientUpdate(report: report, payload: payload)
    }
}
