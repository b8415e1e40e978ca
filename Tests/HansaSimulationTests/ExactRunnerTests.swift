import HansaClient
import HansaClientTransport
import HansaCore
import HansaDense
import HansaLearning
import HansaNumerics
import HansaPrivacy
import HansaQuantization
import Testing

@testable import HansaSimulation

@Suite("A device's exact training")
struct ExactRunnerTests {
    @Test("gives a simulated client's bytes, with one workspace for all rounds and models")
    func bytes() throws {
        let simulation = try DigitsFederation.simulation()
        let clients = simulation.clients
        let width = try BitWidth(8)
        var runner = ExactTrainingRunner(source: clients[3], seed: 5)
        for (round, hidden) in [(1, [16]), (2, [16]), (3, []), (4, [16])] as [(UInt32, [Int])] {
            let architecture = try DenseArchitecture(
                inputCount: clients[3].featureCount,
                hiddenCounts: hidden,
                classCount: 10
            )
            let schema = architecture.schema()
            let model = architecture.initialParameters(seed: UInt64(round))
            let blocks = 0..<schema.blocks.count
            let plan = RoundPlan(
                run: RunID(high: 3, low: 4),
                round: round,
                attempt: 1,
                model: SHA256Digest(schema: schema, parameters: model),
                modelVersion: 0,
                work: LocalWork(epochs: 2, batchSize: 8, learningRate: 0.1, momentum: 0.5),
                weighting: .samples(cap: 100),
                clip: .none,
                down: [SectionPlan(blocks: blocks, encoding: .float32)],
                up: [SectionPlan(blocks: blocks, encoding: .packed(try Lattice(covering: 0.5, width: width), width))],
                deadlineMilliseconds: 1_000
            )
            let assignment = Assignment(
                id: AssignmentID(round: round, attempt: 1, client: ClientID(3), fence: 2),
                plan: plan
            )
            let executor = TrainingExecutor(
                model: architecture,
                clients: clients,
                encoding: SimulatedEncoding(schema: schema, seed: 5)
            )
            var worker = executor.makeWorker()
            let expected = try executor.execute(assignment, model: model, memory: ClientMemory(), worker: &worker).get()
            let trained = try runner.train(assignment, schema: schema, model: model).get()
            #expect(trained.encoded == expected.encoded)
            #expect(trained.summary == expected.summary)
            var unseeded = ExactTrainingRunner(source: clients[3])
            #expect(try unseeded.train(assignment, schema: schema, model: model).get().encoded != expected.encoded)
        }
    }

    @Test("refuses a model that does not fit its data or is no dense classifier")
    func refusals() throws {
        let simulation = try DigitsFederation.simulation()
        var runner = ExactTrainingRunner(source: simulation.clients[0], seed: 5)
        let foreign = try ParameterSchema([ParameterBlock(name: "w", shape: [4])])
        let narrow = try DenseArchitecture(inputCount: 3, classCount: 10).schema()
        let fitting = try DenseArchitecture(inputCount: 64, classCount: 10).schema()
        let width = try BitWidth(8)
        let section = SectionPlan(blocks: 0..<1, encoding: .packed(try Lattice(covering: 0.5, width: width), width))
        let plan = RoundPlan(
            run: RunID(high: 3, low: 4),
            round: 1,
            attempt: 0,
            model: SHA256Digest(hashing: []),
            modelVersion: 0,
            work: LocalWork(epochs: 1, batchSize: 8, learningRate: 0.1),
            weighting: .uniform,
            clip: .none,
            down: [section],
            up: [section],
            deadlineMilliseconds: 1_000
        )
        let assignment = Assignment(
            id: AssignmentID(round: 1, attempt: 0, client: ClientID(0), fence: 0),
            plan: plan
        )
        let cases: [(ParameterSchema, [Float], RefusalReason)] = [
            (foreign, [0, 0, 0, 0], .modelMismatch),
            (narrow, [Float](repeating: 0, count: narrow.count), .modelMismatch),
            (fitting, [0], .modelMismatch),
            (fitting, [Float](repeating: .nan, count: fitting.count), .trainingFailed),
            // Sections that do not cover the model.
            (fitting, [Float](repeating: 0, count: fitting.count), .trainingFailed),
        ]
        for (schema, model, reason) in cases {
            guard case .failure(reason) = runner.train(assignment, schema: schema, model: model) else {
                Issue.record("expected \(reason)")
                continue
            }
        }
    }

    /// A coordinator that chooses the model can make training fail for those who have an example of its choice.
    @Test("whose failure depends on the examples is not told under noise: the update is as long, and is charged")
    func hiddenFailure() throws {
        let simulation = try DigitsFederation.simulation()
        let client = simulation.clients[3]
        // Nine classes of ten: whoever has a nine among the examples cannot train. And a model that diverges.
        let fewer = try DenseArchitecture(inputCount: 64, classCount: 9)
        let wild = try DenseArchitecture(inputCount: 64, classCount: 10)
        for (architecture, rate, reason) in [(fewer, 0.1, .modelMismatch), (wild, 3e38, .trainingFailed)]
            as [(DenseArchitecture, Float, RefusalReason)]
        {
            let schema = architecture.schema()
            let model = architecture.initialParameters(seed: 1)
            for placement in [NoisePlacement.local, .central] {
                let noise = Noise(mechanism: .discreteGaussian(variance: try Ratio(10_000)), placement: placement)
                let assignment = try Self.assignment(schema, .added(noise), rate: rate)
                var runner = ExactTrainingRunner(source: client, seed: 5)
                let trained = try runner.train(assignment, schema: schema, model: model).get()
                #expect(trained.failure == reason)
                #expect(trained.encoded.payload.count == assignment.plan.updateByteCount(schema: schema))
                #expect(UpdatePipeline.isOnLattice(trained.encoded.payload, plan: assignment.plan, schema: schema))
                let isZero = trained.encoded.payload.allSatisfy { $0 == 0 }
                #expect(isZero == (placement == .central))
                // A simulated client does the same.
                let executor = TrainingExecutor(
                    model: architecture,
                    clients: simulation.clients,
                    encoding: SimulatedEncoding(schema: schema, seed: 5)
                )
                var worker = executor.makeWorker()
                let simulated = try executor.execute(assignment, model: model, memory: ClientMemory(), worker: &worker)
                    .get()
                #expect(simulated.failure == reason)
                #expect(simulated.encoded.payload.count == trained.encoded.payload.count)
            }
            var runner = ExactTrainingRunner(source: client, seed: 5)
            let open = try Self.assignment(schema, .none, rate: rate)
            #expect(throws: reason) { try runner.train(open, schema: schema, model: model).get() }
        }
    }

    private static func assignment(_ schema: ParameterSchema, _ noise: NoisePlan, rate: Float) throws -> Assignment {
        let width = try BitWidth(16)
        let blocks = 0..<schema.blocks.count
        let lattice = try Lattice(step: 0.001, bound: width.magnitudeMax)
        let plan = RoundPlan(
            run: RunID(high: 3, low: 4),
            round: 1,
            attempt: 0,
            model: SHA256Digest(hashing: []),
            modelVersion: 0,
            work: LocalWork(epochs: 2, batchSize: 8, learningRate: rate),
            weighting: .uniform,
            clip: .l2(bound: 1),
            noise: noise,
            down: [SectionPlan(blocks: blocks, encoding: .float32)],
            up: [SectionPlan(blocks: blocks, encoding: .packed(lattice, width))],
            deadlineMilliseconds: 1_000,
            requiredCapabilities: [.packedIntegers, .integerNormBounds, .exactNoise]
        )
        return Assignment(id: AssignmentID(round: 1, attempt: 0, client: ClientID(3), fence: 0), plan: plan)
    }
}
