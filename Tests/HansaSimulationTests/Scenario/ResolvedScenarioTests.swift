import Foundation
import HansaAggregation
import HansaCoordinator
import HansaCore
import HansaDense
import HansaLearning
import HansaQuantization
import HansaSimulation
import Testing

@Suite("Resolved scenarios")
struct ResolvedScenarioTests {
    /// Scenarios that between them use every key.
    static let texts = [
        "data: {name: digits}",
        """
        name: "a name: with # signs and \\"quotes\\""
        seed: 18446744073709551615
        rounds: 7
        run: 00112233445566778899aabbccddeeff
        data: {name: digits}
        partition: {kind: dirichlet, alpha: 0.05, clients: 30, minimum: 3, seed: 9}
        model: {kind: dense, hidden: []}
        local: {epochs: 2, batch: 0, rate: 0.03, momentum: 0.9, decay: 1e-4, shuffle: false, steps: 5}
        round: {share: 0.3, over-selection: 0.5, dropout: 0.1, quorum: 2, deadline-seconds: 1.5, attempts: 3}
        strategy:
          name: fedavg
          weighting: samples-on-client
          cap: 40
          optimizer: {name: adam, rate: 0.02, beta1: 0.8, beta2: 0.95, tau: 1e-5}
          options: {denominator: 12.5, note: "3", quick: true}
        update: {width: {from: 32, to: 8}, range: 3.5, clip: {l1: 2.5}, training-loss: true}
        evaluation: {every: 5, clients: all, drift: true}
        """,
        """
        data: {features: a/x.npy, labels: y.npy, test-features: tx.npy, test-labels: ty.npy, mean: 1, scale: 0.5}
        partition: {kind: quantity, alpha: 2}
        strategy: {weighting: uniform, optimizer: {name: yogi}}
        update: {range: [{blocks: [layers.0.weight, "true"], range: 0.5}, {range: 1}]}
        """,
        """
        data: {csv: t.csv, test-csv: u.csv, label: class, key: who, header: false, classes: 3}
        partition: {kind: natural, column: who}
        strategy: {optimizer: {name: momentum, beta: 0.5}}
        """,
        """
        data: {images: "x y.gz", labels: y.gz, classes: 10}
        partition: {kind: shards, per-client: 3}
        round: {cohorts: c.u32}
        model: {initial: /w.f32}
        """,
        "data: {name: mnist}\npartition: {kind: file, folder: split}",
        """
        data: {name: digits}
        strategy:
          name: krum
          optimizer: {name: adagrad, beta1: 0.1}
          options: {byzantine: 2, pre: nnm}
        """,
        """
        data: {name: digits}
        local:
          decay: 0.01
          gradient-clip: 1.5
          proximal: 0.01
          optimizer: {name: adamw, beta1: 0.8, beta2: 0.99, epsilon: 1e-6}
          schedule: {kind: cosine, end: 0.1, warmup: 5}
        """,
        "data: {name: digits}\nlocal: {optimizer: {name: adam}, schedule: {kind: step, every: 10, factor: 0.5}}",
        "data: {name: digits}\nlocal: {proximal: 1, schedule: {kind: exponential, factor: 0.99}}",
        "data: {name: digits}\nlocal: {schedule: {warmup: 3}}",
        "data: {name: mnist}\nmodel: {kind: lenet5}",
        "data: {name: mnist}\nmodel: {kind: 2nn, trainer: onednn}",
        """
        data: {name: mnist}
        model:
          kind: layers
          layers:
            - convolution: {channels: 8, size: 5, stride: 2, padding: 2}
            - relu
            - max-pool: 2
            - average-pool: {size: 3, stride: 1, padding: 1}
            - dropout: 0.25
            - dense: 32
            - relu
        """,
        """
        data: {name: mnist}
        model:
          kind: layers
          loss: squared-error
          layers:
            - embedding: {vocabulary: 256, width: 4}
            - lstm: 3
            - layer-norm
            - last-step
            - convolution: {channels: 8, size: [1, 5], stride: [1, 2], padding: [0, 1]}
            - group-norm: 2
            - batch-norm
            - gelu
            - global-average-pool
            - residual: [{dense: 5}, relu, {residual: [{switch-moe: {experts: 4, rank: 2}}]}]
            - switch-moe: {experts: 4, hidden: 6, units: 7, top: 2, capacity: 1.25, balance: 0.5}
        """,
    ]

    @Test("The printed form loads to an equal value", arguments: texts)
    func roundTrip(_ text: String) throws {
        let scenario = try Scenario(text: text, file: "/here/test.yaml").resolved
        let again = try Scenario(text: scenario.yaml, file: "/elsewhere/other.yaml").resolved
        #expect(again == scenario)
        #expect(again.yaml == scenario.yaml)
    }

    @Test("Options of local work are what the file says, and adam's rate is its own")
    func localOptions() throws {
        let text = """
            data: {name: digits}
            local: {gradient-clip: 1.5, proximal: 0.25, optimizer: {name: adam, beta1: 0.8}, schedule: {warmup: 2}}
            """
        let scenario = try Scenario(text: text, file: "/here/test.yaml").resolved
        #expect(scenario.work.optimizer == .adam(AdamMoments(beta1: 0.8)))
        #expect(scenario.work.learningRate == 0.001)
        #expect(scenario.work.gradientNormMax == 1.5 && scenario.work.proximal == 0.25)
        #expect(scenario.schedule == LearningRateSchedule(.constant, warmup: 2))
        // What was always sayable is printed as ever: the digest of a run comes from it.
        let plain = try Scenario(text: "data: {name: digits}", file: "/here/test.yaml").resolved.yaml
        for key in ["optimizer: {name: sgd}", "gradient-clip", "proximal", "schedule"] {
            #expect(!plain.contains(key + ":"))
        }
    }

    @Test("A scenario of nothing but data has the documented defaults")
    func defaults() throws {
        let scenario = try Scenario(text: "data: {name: digits}", file: "/runs/mine.yaml").resolved
        #expect(scenario.name == "mine")
        #expect(scenario.seed == 1)
        #expect(scenario.rounds == 50)
        #expect(scenario.partition.clients == 100)
        #expect(scenario.round.cohort == .count(10))
        #expect(scenario.round.quorum == 5)
        #expect(scenario.strategy.weighting == .samples(cap: 10_000))
        #expect(scenario.update.widths == .constant(try BitWidth(8)))
        #expect(scenario.work == LocalWork(epochs: 1, batchSize: 10, learningRate: 0.1))
    }

    @Test("The exact trainer trains what it can, and oneDNN the rest, unless another is named")
    func trainers() throws {
        func model(_ text: String) throws -> ResolvedScenario.Model {
            try Scenario(text: "data: {name: digits}\nmodel: {\(text)}", file: "test.yaml").resolved.model
        }
        #expect(try model("hidden: [3]").trainer == .exact)
        #expect(try model("kind: 2nn").trainer == .exact)
        #expect(try model("kind: 2nn, trainer: onednn").trainer == .oneDNN)
        #expect(try model("kind: cifar-cnn").trainer == .oneDNN)
        #expect(try model("kind: 2nn, loss: binary-cross-entropy").trainer == .oneDNN)
        #expect(try model("kind: 2nn").loss == .crossEntropy)
        let layers = try model("kind: layers, layers: [relu, {max-pool: 2}, {convolution: {channels: 4, size: 3}}]")
        let window = Window(size: 2, stride: 2)
        #expect(
            layers.kind == .layers([.relu, .maxPool(window), .convolution(channels: 4, window: Window(size: 3))])
        )
    }

    @Test("Layers have their values, and what is usual where nothing is said")
    func layers() throws {
        func layer(_ text: String) throws -> Layer? {
            let text = "data: {name: digits}\nmodel: {kind: layers, layers: [\(text)]}"
            let kind = try Scenario(text: text, file: "test.yaml").resolved.model.kind
            if case .layers(let layers) = kind { return layers.first } else { return nil }
        }
        let oblong = Window(size: Window.Extent(down: 1, across: 5), stride: Window.Extent(down: 1, across: 5))
        #expect(try layer("max-pool: [1, 5]") == .maxPool(oblong))
        #expect(try layer("residual: [gelu, {group-norm: 2}]") == .residual([.gelu, .groupNorm(groups: 2)]))
        #expect(try layer("embedding: {vocabulary: 9, width: 4}") == .embedding(vocabulary: 9, width: 4))
        let adapters = ExpertMixture(expertCount: 4, expert: .lowRank(2), balance: 0.01)
        #expect(try layer("switch-moe: {experts: 4, rank: 2}") == .switchMoE(adapters))
        let mixture = ExpertMixture(
            expertCount: 4,
            expert: .dense(hidden: 6),
            unitCount: 7,
            topCount: 2,
            capacityFactor: 1.25,
            balance: 0
        )
        #expect(
            try layer("switch-moe: {experts: 4, hidden: 6, units: 7, top: 2, capacity: 1.25, balance: 0}")
                == .switchMoE(mixture)
        )
    }

    @Test("Paths start from the scenario's folder")
    func paths() throws {
        let scenario = try Scenario(text: Self.texts[2], file: "/runs/one/scenario.yaml").resolved
        #expect(scenario.name == "one")
        guard case .arrays(let train, _, _, _) = scenario.data else {
            Issue.record("arrays expected")
            return
        }
        #expect(train.samples == "/runs/one/a/x.npy")
    }

    @Test("An option takes the place of the file's value, and a kind leaves the old kind's keys behind")
    func overrides() throws {
        let text = "data: {name: digits}\npartition: {kind: dirichlet, alpha: 0.3, clients: 20, minimum: 2}"
        let overrides = ["partition.kind=iid", "round.cohort=7", "update.clip={l2: 1.5}"].compactMap {
            ScenarioOverride(assignment: $0)
        }
        let scenario = try Scenario(text: text, file: "test.yaml", overrides: overrides).resolved
        #expect(scenario.partition.scheme == .iid)
        #expect(scenario.partition.clients == 20)
        #expect(scenario.round.cohort == .count(7))
        #expect(scenario.update.clip == .l2(bound: 1.5))
    }

    @Test("Joined with its data, a scenario knows its clients, and its digest follows from what decides the model")
    func preparation() throws {
        func prepared(_ text: String) throws -> PreparedRun {
            try Scenario(text: text, file: "test.yaml").prepared()
        }
        let plain = try prepared("name: a\ndata: {name: digits}\npartition: {clients: 30}")
        #expect(plain.clients.count == 30)
        #expect(plain.clients.reduce(0) { $0 + $1.count } == 1438)
        #expect(plain.architecture.parameterCount == 64 * 64 + 64 + 64 * 10 + 10)
        let stated = try prepared(plain.scenario.yaml)
        #expect(stated.specification.configurationDigest == plain.specification.configurationDigest)
        #expect(stated.specification.run == plain.specification.run)
        let other = try prepared("name: a\nseed: 2\ndata: {name: digits}\npartition: {clients: 30}")
        #expect(other.specification.configurationDigest != plain.specification.configurationDigest)
    }

    @Test("Every scenario of the repository can be read, and states what is expected of it", arguments: simulations())
    func repositoryScenarios(_ folder: String) throws {
        let scenario = try Scenario(path: folder)
        #expect(scenario.resolved.name == URL(fileURLWithPath: folder).lastPathComponent)
        let expectation = try ScenarioExpectation(path: folder + "/expected.yaml")
        // Far above a guess, also for CIFAR-10 with skewed labels.
        #expect((0.3...1).contains(expectation.accuracyMin))
        #expect(expectation.bytesUpMax > 0)
        #expect(FileManager.default.fileExists(atPath: folder + "/README.md"))
        if case .catalogue("digits") = scenario.resolved.data { _ = try scenario.prepared() }
    }

    @Test("The scenarios of mnist-private differ in name, privacy, width and range, and in nothing else")
    func comparedPlacements() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let scenarios = try ["none", "central", "distributed", "local"].map { name in
            var scenario = try Scenario(path: root.path + "/Simulations/mnist-private/\(name).yaml").resolved
            #expect(scenario.name == "mnist-private-\(name)")
            #expect((scenario.privacy == nil) == (name == "none"))
            #expect(scenario.privacy?.multiplier ?? 16 == 16)
            #expect(scenario.update.clip == .l2(bound: 1))
            scenario.name = ""
            scenario.privacy = nil
            scenario.update.widths = .constant(try BitWidth(8))
            scenario.update.ranges = []
            return scenario
        }
        #expect(Set(scenarios).count == 1)
    }

    static func simulations() -> [String] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Simulations")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
        return names.sorted().map { root.appendingPathComponent($0).path }.filter {
            FileManager.default.fileExists(atPath: $0 + "/scenario.yaml")
        }
    }
}
