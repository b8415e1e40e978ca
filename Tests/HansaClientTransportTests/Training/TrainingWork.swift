import HansaCore
import HansaDense
import HansaNumerics
import HansaQuantization

/// A round's work on a small softmax regression.
enum TrainingWork {
    static func architecture() throws -> DenseArchitecture { try DenseArchitecture(inputCount: 2, classCount: 2) }

    static func assignment(round: UInt32 = 1, deadlineMilliseconds: UInt32 = 60_000) throws -> Assignment {
        let schema = try architecture().schema()
        let width = try BitWidth(16)
        let blocks = 0..<schema.blocks.count
        let plan = RoundPlan(
            run: RunID(high: 1, low: 2),
            round: round,
            attempt: 0,
            model: SHA256Digest(schema: schema, parameters: try architecture().initialParameters(seed: 1)),
            modelVersion: 0,
            work: LocalWork(epochs: 3, batchSize: 2, learningRate: 0.5, shuffles: false),
            weighting: .samples(cap: 100),
            clip: .none,
            down: [SectionPlan(blocks: blocks, encoding: .float32)],
            up: [SectionPlan(blocks: blocks, encoding: .packed(try Lattice(covering: 4, width: width), width))],
            deadlineMilliseconds: deadlineMilliseconds,
            returnedFields: [.trainingLoss]
        )
        return Assignment(id: AssignmentID(round: round, attempt: 0, client: ClientID(3), fence: 0), plan: plan)
    }
}
