import CHansaKernels
import HansaCore
import HansaNumerics
import Testing

@testable import HansaDense

@Suite("The exact trainer gives one result", .serialized)
struct DenseDeterminismTests {
    static let works = [
        LocalWork(epochs: 2, batchSize: 10, learningRate: 0.1),
        LocalWork(epochs: 2, batchSize: 0, learningRate: 0.1),
        LocalWork(epochs: 2, batchSize: 33, learningRate: 0.05, momentum: 0.9, weightDecay: 0.01),
        LocalWork(epochs: 2, batchSize: 10, learningRate: 0.1, optimizer: .sgd, gradientNormMax: 0.5, proximal: 0.3),
        LocalWork(epochs: 2, batchSize: 0, learningRate: 0.01, weightDecay: 0.1, optimizer: .adam(AdamMoments())),
        LocalWork(
            epochs: 2,
            batchSize: 33,
            learningRate: 0.01,
            weightDecay: 0.1,
            optimizer: .adamW(AdamMoments(beta1: 0.8)),
            gradientNormMax: 0.5,
            proximal: 0.3
        ),
    ]

    private func train(
        _ architecture: DenseArchitecture,
        _ examples: TestExamples,
        _ work: LocalWork,
        workspace: DenseWorkspace? = nil,
        seed: UInt64 = 9
    ) throws -> [UInt32] {
        var trainer = try DenseTrainer(architecture: architecture, source: examples, workspace: workspace)
        var parameters = architecture.initialParameters(seed: 5)
        let stream = RandomStream(seed: seed, round: 1, client: 2, purpose: .shuffling)
        _ = try trainer.train(&parameters, work: work, stream: stream)
        return parameters.map(\.bitPattern)
    }

    // Widths from one to fifteen vectors cut every variant's tiles in every way.
    @Test(
        "for every instruction set and block of rows",
        arguments: works,
        [[], [16, 30], [47, 64], [80, 96], [112, 113], [200, 200], [240]]
    )
    func variantsAndBlocks(work: LocalWork, hidden: [Int]) throws {
        defer { _ = hansa_kernels_force(-1) }
        let architecture = try DenseArchitecture(inputCount: 37, hiddenCounts: hidden, classCount: 10)
        let examples = TestExamples.drawn(seed: 21, count: 95, featureCount: 37, classCount: 10)
        #expect(hansa_kernels_force(0))
        let expected = try train(architecture, examples, work)
        for variant in 0..<hansa_kernels_variant_count() where hansa_kernels_force(variant) {
            for rowCount in [1, 3, 10, 17, 64] {
                let workspace = DenseWorkspace(architecture, rowCount: rowCount)
                let got = try train(architecture, examples, work, workspace: workspace)
                #expect(got == expected, "variant \(variant), \(rowCount) rows a block")
            }
        }
    }

    @Test("whatever a workspace was used for before", arguments: works)
    func workspaceReuse(work: LocalWork) throws {
        let architecture = try DenseArchitecture(inputCount: 12, hiddenCounts: [20], classCount: 3)
        let examples = TestExamples.drawn(seed: 22, count: 70, featureCount: 12, classCount: 3)
        let others = TestExamples.drawn(seed: 23, count: 101, featureCount: 12, classCount: 3, zeroShare: 0)
        let expected = try train(architecture, examples, work)
        let workspace = DenseWorkspace(architecture)
        for earlier in Self.works {
            _ = try train(architecture, others, earlier, workspace: workspace)
            #expect(try train(architecture, examples, work, workspace: workspace) == expected)
        }
    }

    @Test("per seed: the same for the same, another for another")
    func shufflingSeeds() throws {
        let architecture = try DenseArchitecture(inputCount: 8, classCount: 3)
        let examples = TestExamples.drawn(seed: 24, count: 40, featureCount: 8, classCount: 3)
        let work = Self.works[0]
        let first = try train(architecture, examples, work, seed: 1)
        #expect(try train(architecture, examples, work, seed: 1) == first)
        #expect(try train(architecture, examples, work, seed: 2) != first)
    }

    @Test("for shuffled examples and for the same examples stored in that order")
    func shufflingIsAnOrder() throws {
        let architecture = try DenseArchitecture(inputCount: 8, hiddenCounts: [6], classCount: 3)
        let examples = TestExamples.drawn(seed: 25, count: 41, featureCount: 8, classCount: 3)
        var stream = RandomStream(seed: 9, round: 1, client: 2, purpose: .shuffling)
        var order = Array(0..<examples.count)
        stream.shuffle(&order)
        let stored = TestExamples(
            features: order.map { examples.features[$0] },
            labels: order.map { examples.labels[$0] }
        )
        let shuffled = LocalWork(epochs: 1, batchSize: 10, learningRate: 0.1)
        let inOrder = LocalWork(epochs: 1, batchSize: 10, learningRate: 0.1, shuffles: false)
        #expect(try train(architecture, examples, shuffled) == train(architecture, stored, inOrder))
        #expect(try train(architecture, examples, inOrder) != train(architecture, stored, inOrder))
    }

    @Test("on every build and processor: the digests of the Embedded probe")
    func probe() throws {
        defer { _ = hansa_kernels_force(-1) }
        for variant in 0..<hansa_kernels_variant_count() where hansa_kernels_force(variant) {
            #expect(try ProbeClient() == ProbeClient.expected)
        }
    }
}
