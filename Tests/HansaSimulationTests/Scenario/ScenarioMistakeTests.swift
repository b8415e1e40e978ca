import HansaLearning
import HansaSimulation
import Testing

/// A scenario with one mistake, and what the message must say about it.
struct Mistake: CustomTestStringConvertible {
    let text: String
    let parts: [String]

    init(_ text: String, _ parts: String...) {
        self.text = text
        self.parts = parts
    }

    var testDescription: String { parts.joined(separator: " · ") }
}

@Suite("Mistakes in scenarios")
struct ScenarioMistakeTests {
    /// Found in the text alone.
    static let inText: [Mistake] = [
        Mistake("rounds: 5", "test.yaml, data: got no data", "data: {name: digits}"),
        Mistake(
            "data: {name: digit}",
            "line 1, data.name",
            "got \"digit\"",
            "digits, mnist",
            "Did you mean \"digits\"?"
        ),
        Mistake(
            "data: {name: digits}\nround: {cohrt: 12}",
            "test.yaml, line 2, round.cohrt: got the unknown key \"cohrt\"",
            "Did you mean \"cohort\"?"
        ),
        Mistake(
            "data: {name: digits}\nsede: 3",
            "line 2, sede: got the unknown key \"sede\"",
            "Did you mean \"seed\"?"
        ),
        Mistake(
            "data: {name: digits}\nround:\n  cohort: twelve",
            "line 3, round.cohort: got \"twelve\", expected a whole number from 1"
        ),
        Mistake("data: {name: digits}\nrounds: -3", "line 2, rounds: got -3, expected a whole number from 1"),
        Mistake("data: {name: digits}\nrounds: \"3\"", "line 2, rounds: got \"3\", expected a whole number"),
        Mistake("data: {name: digits}\nrounds: 99999999999999999999", "line 2, rounds: got 99999999999999999999"),
        Mistake("data: {name: digits}\nseed: -1", "line 2, seed: got -1, expected a whole number from 0"),
        Mistake("data: {name: digits}\nlocal: {rate: nan}", "line 2, local.rate: got nan, expected a finite number"),
        Mistake("data: {name: digits}\nlocal: {rate: 1e300}", "local.rate: got 1e300, expected a finite number"),
        Mistake("data: {name: digits}\nlocal: {momentum: 1}", "local.momentum: got 1, expected a number of at least 0"),
        Mistake("data: {name: digits}\nlocal: {shuffle: 1}", "local.shuffle: got 1, expected true or false"),
        Mistake(
            "data: {name: digits}\nlocal: {gradient-clip: -1}",
            "local.gradient-clip: got -1, expected a finite number"
        ),
        Mistake("data: {name: digits}\nlocal: {proximal: inf}", "local.proximal: got inf, expected a finite number"),
        Mistake(
            "data: {name: digits}\nlocal: {optimizer: {name: adamm}}",
            "local.optimizer.name: got \"adamm\", expected one of sgd, adam, adamw",
            "Did you mean \"adam\"?"
        ),
        Mistake(
            "data: {name: digits}\nlocal: {optimizer: {beta1: 0.9}}",
            "local.optimizer.beta1: got the unknown key \"beta1\", expected one of name"
        ),
        Mistake(
            "data: {name: digits}\nlocal: {optimizer: {name: adam, beta2: 1}}",
            "local.optimizer.beta2: got 1, expected a number of at least 0 and below 1"
        ),
        Mistake(
            "data: {name: digits}\nlocal: {momentum: 0.9, optimizer: {name: adam}}",
            "local.momentum: got a momentum of 0.9 beside adam",
            "Remove local.momentum."
        ),
        Mistake(
            "data: {name: digits}\nlocal: {schedule: {kind: cosin}}",
            "local.schedule.kind: got \"cosin\", expected one of constant, step, exponential, cosine",
            "Did you mean \"cosine\"?"
        ),
        Mistake(
            "data: {name: digits}\nlocal: {schedule: {kind: step, every: 5}}",
            "local.schedule.factor: got nothing, expected a number above 0 and at most 1"
        ),
        Mistake(
            "data: {name: digits}\nlocal: {schedule: {kind: step, every: 0, factor: 0.5}}",
            "local.schedule.every: got 0, expected a whole number from 1"
        ),
        Mistake(
            "data: {name: digits}\nrounds: 5\nlocal: {schedule: {warmup: 5}}",
            "local.schedule.warmup: got 5, expected less than the 5 rounds of the run",
            "Lower it, or raise rounds."
        ),
        Mistake("data: {name: digits}\nlocal: 3", "line 2, local: got 3, expected a section with the keys epochs"),
        Mistake(
            "data: {name: digits}\nprivacy: {mechanism: laplace, epsilon: 1}",
            "line 2, privacy.placement: got nothing, expected a word: noise is never guessed"
        ),
        Mistake(
            "data: {name: digits}\nprivacy: {mechanism: gaussian, placement: local, epsilon: 1}",
            "privacy.epsilon: got an epsilon with gaussian noise",
            "hansa privacy calibrate"
        ),
        Mistake(
            "data: {name: digits}\nprivacy: {mechanism: laplace, placement: local}",
            "privacy.multiplier: got no size of the noise"
        ),
        Mistake(
            "data: {name: digits}\nprivacy: {mechanism: laplace, placement: central, epsilon: 1, cohort-min: 3}",
            "privacy.cohort-min"
        ),
        Mistake(
            "data: {name: digits}\npartition: {clients: 100}\n"
                + "privacy: {mechanism: laplace, placement: local, epsilon: 1, delta: 0.01}",
            "privacy.delta: got 0.01, expected below 1 over the number of clients"
        ),
        Mistake(
            "data: {name: digits}\nupdate: {width: 1}",
            "update.width: got 1, expected a whole number from 2 to 32"
        ),
        Mistake(
            "data: {name: digits}\nupdate: {width: 33}",
            "update.width: got 33, expected a whole number from 2 to 32"
        ),
        Mistake(
            "data: {name: digits}\nupdate: {width: {from: 4, to: 8}}",
            "update.width: got a schedule from 4 to 8 bits",
            "Exchange from and to."
        ),
        Mistake("data: {name: digits}\nupdate: {width: {from: 4}}", "update.width.to: got no width"),
        Mistake("data: {name: digits}\nupdate: {range: 0}", "update.range: got 0, expected a finite number above 0"),
        Mistake("data: {name: digits}\nupdate: {range: .inf}", "update.range", "expected a finite number above 0"),
        Mistake(
            "data: {name: digits}\nupdate: {range: [{range: 1}, {range: 2}]}",
            "update.range[1].blocks: got a second range without blocks"
        ),
        Mistake("data: {name: digits}\nupdate: {clip: {l1: 1, l2: 1}}", "update.clip: got two bounds"),
        Mistake(
            "data: {name: digits}\nupdate: {clip: {l2: 0}}",
            "update.clip.l2: got 0, expected a finite number above 0"
        ),
        Mistake("data: {name: digits}\nupdate: {clip: l2}", "update.clip: got \"l2\", expected one of none"),
        Mistake(
            "data: {name: digits}\npartition: {clients: 10}\nround: {cohort: 12}",
            "line 3, round.cohort: got 12, expected at most 10, the number of clients",
            "Lower round.cohort"
        ),
        Mistake(
            "data: {name: digits}\nround: {cohort: 4, quorum: 5}",
            "round.quorum: got 5, expected at most the cohort of 4"
        ),
        Mistake("data: {name: digits}\nround: {cohort: 4, share: 0.5}", "round.share: got a share beside a cohort"),
        Mistake(
            "data: {name: digits}\nround: {share: 0}",
            "round.share: got 0, expected a number above 0 and at most 1"
        ),
        Mistake("data: {name: digits}\nround: {dropout: 1}", "round.dropout: got 1, expected a number of at least 0"),
        Mistake(
            "data: {name: digits}\npartition: {clients: 0}",
            "partition.clients: got 0, expected a whole number from 1"
        ),
        Mistake(
            "data: {name: digits}\npartition: {kind: dirichlet, alpha: 0}",
            "partition.alpha: got 0, expected a finite number above 0"
        ),
        Mistake(
            "data: {name: digits}\npartition: {kind: dirichlett}",
            "partition.kind: got \"dirichlett\"",
            "Did you mean \"dirichlet\"?"
        ),
        Mistake(
            "data: {name: digits}\npartition: {kind: iid, alpha: 1}",
            "partition.alpha: got the unknown key \"alpha\"",
            "kind, clients, seed"
        ),
        Mistake(
            "data: {name: digits}\npartition: {kind: classes, minimum: 3}",
            "partition.minimum: got the unknown key \"minimum\"",
            "kind, clients, per-client, seed, feature-skew"
        ),
        Mistake(
            "data: {name: digits}\npartition: {kind: power-law, sigma: 0}",
            "partition.sigma: got 0, expected a finite number above 0"
        ),
        Mistake(
            "data: {name: digits}\npartition: {feature-skew: {noise: 1, rotation: 4}}",
            "line 2, partition.feature-skew: got noise and rotation, expected one of noise, rotation"
        ),
        Mistake(
            "data: {name: digits}\npartition: {feature-skew: {rotation: 1}}",
            "partition.feature-skew.rotation: got 1, expected a whole number from 2 to 360"
        ),
        Mistake(
            "data: {name: digits, normalize: channels}",
            "data.normalize: got \"channels\", expected one of channel, feature",
            "Did you mean \"channel\"?"
        ),
        Mistake(
            "data: {name: digits, normalize: {mean: 0}}",
            "data.normalize.deviation: got nothing, expected a number, or a list"
        ),
        Mistake(
            "data: {name: digits, normalize: {mean: 0, deviation: [1, 0]}}",
            "data.normalize.deviation[1]: got 0, expected a finite number above 0"
        ),
        Mistake("data: {name: digits, augment: {flip: 1}}", "data.augment.flip: got 1, expected true or false"),
        Mistake(
            "data: {name: digits, augment: {rotate: true}}",
            "data.augment.rotate: got the unknown key \"rotate\", expected one of flip, crop"
        ),
        Mistake(
            "data: {name: digits, client-test: 1}",
            "data.client-test: got 1, expected a share above 0 and below 1"
        ),
        Mistake(
            "data: {name: digits, client-test: {share: 0.2, choose: first}}",
            "data.client-test.choose: got \"first\", expected one of random, last"
        ),
        Mistake("data: {name: digits, chanels: first}", "data.chanels: got the unknown key"),
        Mistake("data: {name: digits}\npartition: {kind: file}", "partition.folder: got no folder"),
        Mistake("data: {name: digits}\nmodel: {hidden: [0]}", "model.hidden[0]: got 0, expected a whole number from 1"),
        Mistake("data: {name: digits}\nmodel: {kind: conv}", "model.kind: got \"conv\", expected one of dense"),
        Mistake(
            "data: {name: digits}\nmodel: {kind: lenet5, hidden: [3]}",
            "model.hidden: got hidden beside the kind lenet5",
            "remove model.hidden"
        ),
        Mistake("data: {name: digits}\nmodel: {kind: layers}", "model.layers: got no layers"),
        Mistake(
            "data: {name: digits}\nmodel: {kind: layers, layers: [relu, swish]}",
            "model.layers[1]: got \"swish\", expected relu, gelu, layer-norm"
        ),
        Mistake(
            "data: {name: digits}\nmodel: {kind: layers, layers: [layer-nrom]}",
            "model.layers[0]: got \"layer-nrom\", expected relu, gelu",
            "Did you mean \"layer-norm\"?"
        ),
        Mistake(
            "data: {name: digits}\nmodel: {kind: layers, layers: [{residual: [{dense: 4}, {max-pool: [1, 2, 3]}]}]}",
            "model.layers[0].residual[1].max-pool: got a list of 3 items, expected a number, or a list of two"
        ),
        Mistake(
            "data: {name: digits}\nmodel: {kind: layers, layers: [{residual: []}]}",
            "model.layers[0].residual: got a list of 0 items, expected a list of layers"
        ),
        Mistake(
            "data: {name: digits}\nmodel: {kind: layers, layers: [{switch-moe: {experts: 4, top: 5, hidden: 3}}]}",
            "model.layers[0].switch-moe.top: got 5, expected a whole number from 1 to 4"
        ),
        Mistake(
            "data: {name: digits}\nmodel: {kind: layers, layers: [{switch-moe: {experts: 4}}]}",
            "model.layers[0].switch-moe: got neither hidden nor rank, expected hidden for experts",
            "Set one of the two."
        ),
        Mistake(
            "data: {name: digits}\nmodel: {kind: layers, layers: [{embedding: {width: 8}}]}",
            "model.layers[0].embedding.vocabulary: got nothing, expected how many tokens there are"
        ),
        Mistake(
            "data: {name: digits}\nmodel: {kind: layers, layers: [{convolution: {channels: 4}}]}",
            "model.layers[0].convolution.size: got nothing, expected the window's size"
        ),
        Mistake(
            "data: {name: digits}\nmodel: {kind: layers, layers: [{dropout: 1}]}",
            "model.layers[0].dropout: got 1"
        ),
        Mistake("data: {name: digits}\nrun: abc", "run: got \"abc\", expected 32 hexadecimal digits"),
        Mistake("data: {name: digits}\nstrategy: {weighting: sample}", "Did you mean \"samples\"?"),
        Mistake(
            "data: {name: digits}\nstrategy: {weighting: uniform, cap: 3}",
            "strategy.cap: got a cap with uniform weights"
        ),
        Mistake(
            "data: {name: digits}\nstrategy: {optimizer: {name: sgd, beta: 0.9}}",
            "strategy.optimizer.beta: got the unknown key \"beta\", expected one of name, rate"
        ),
        Mistake("data: {features: x.npy}", "data.labels: got no file", "features and labels go together"),
        Mistake("data: {name: digits}\nround: {cohort: 1}\nround: {cohort: 2}", "line 3", "the key \"round\" twice"),
        Mistake("data: {name: digits}\nround: {cohort: 1, cohort: 2}", "the key \"cohort\" twice"),
        Mistake("data: {name: digits\nrounds: 3", "test.yaml, line", "expected YAML"),
        Mistake("- a\n- b", "got a list of 2 items, expected a list of keys with values"),
    ]

    @Test("A mistake in the text is told with its place, key, value and fix", arguments: inText)
    func textMistakes(_ mistake: Mistake) throws {
        let error = #expect(throws: ScenarioError.self) { try Scenario(text: mistake.text, file: "test.yaml") }
        let message = try #require(error).description
        for part in mistake.parts { #expect(message.contains(part), "\(message)") }
    }

    /// Found when the scenario meets its data.
    static let withData: [Mistake] = [
        Mistake(
            "data: {name: digits}\npartition: {kind: shards, clients: 100, per-client: 20}",
            "line 2, partition.per-client: got 2000 shards for 1438 samples"
        ),
        Mistake(
            "data: {name: digits}\npartition: {clients: 2000}",
            "partition.clients: got 2000 clients for 1438 samples",
            "Lower the number of clients."
        ),
        Mistake(
            "data: {name: digits}\npartition: {kind: dirichlet, clients: 100, minimum: 20}",
            "partition.minimum: got a minimum of 20 samples for each of 100 clients",
            "at most 14"
        ),
        Mistake(
            "data: {name: digits}\npartition: {kind: classes, per-client: 11}",
            "line 2, partition.per-client: got 11 classes a client, expected 1 to 10"
        ),
        Mistake(
            "data: {name: digits}\npartition: {kind: classes, clients: 4, per-client: 2}",
            "partition.per-client: got 4 clients of 2 classes for 10 classes",
            "Raise the number of clients"
        ),
        Mistake(
            "data: {name: digits}\npartition: {kind: power-law, per-client: 2, clients: 1000}",
            "partition.per-client: got 200 clients with at least 5 samples of class 0",
            "Lower the number of clients"
        ),
        Mistake(
            "data: {name: digits}\npartition: {kind: dirichlet-balanced, clients: 100, minimum: 20}",
            "partition.minimum: got a minimum of 20 samples for each of 100 clients"
        ),
        Mistake(
            "data: {name: digits, augment: {crop: 8}}",
            "data.augment.crop: got 8 pixels around images of 8 × 8, expected fewer"
        ),
        Mistake(
            "data: {name: digits, normalize: {mean: [1, 2, 3], deviation: 1}}",
            "data.normalize: digits test: got 3 values to normalize by, expected 1, 8 or 64",
            "State one number, one a channel"
        ),
        Mistake(
            "data: {name: digits}\npartition: {kind: natural}",
            "partition.column: got the natural key \"writer\"",
            "the data set has no natural key"
        ),
        Mistake(
            "data: {name: digits}\nstrategy: {name: fedagv}",
            "line 2, strategy.name: got the unknown name \"fedagv\"",
            "Did you mean \"fedavg\"?"
        ),
        Mistake(
            "data: {name: digits}\nstrategy: {options: {denominater: 3}}",
            "strategy.options: got the unknown name \"denominater\"",
            "Did you mean \"denominator\"?"
        ),
        Mistake(
            "data: {name: digits}\nupdate: {range: [{blocks: [layer.0.weight], range: 1}]}",
            "update.range[0].blocks: got the unknown name \"layer.0.weight\"",
            "Did you mean \"layers.0.weight\"?"
        ),
        Mistake(
            "data: {name: digits}\nupdate: {range: [{blocks: [layers.0.weight], range: 1}]}",
            "update.range: got nothing, expected a range for block 'layers.0.bias'"
        ),
        Mistake(
            "data: {name: digits}\nupdate: {width: 32, range: 1}\nstrategy: {cap: 4294967295}",
            "line 3, strategy.cap: got sums of up to 67 bits",
            "at most 62",
            "Lower strategy.cap"
        ),
        Mistake(
            "data: {name: digits}\nupdate: {width: 16, range: 0.1, clip: {l2: 1}}",
            "update.range: got ±0.1, expected at least about ±1.0"
        ),
        Mistake(
            "data: {name: digits}\nupdate: {width: 4, range: 1, clip: {l2: 1}}",
            "update.width: got a step of",
            "more bits or a smaller range"
        ),
        Mistake("data: {features: x.npy, labels: y.npy}", "x.npy: got no such file"),
        Mistake(
            "data: {name: digits}\nmodel: {kind: lenet5}",
            "model.kind: convolution: a window of 5 × 5 does not fit an image of 2 × 2",
            "an image of 1 × 8 × 8"
        ),
        Mistake(
            "data: {name: digits}\nmodel: {kind: layers, layers: [{convolution: {channels: 6, size: 3}}, {group-norm: 4}]}",
            "model.layers: group-norm: 6 channels do not make 4 groups of one size; set a number that divides them"
        ),
        Mistake(
            "data: {name: digits}\nmodel: {kind: layers, layers: [{dense: 8}, {lstm: 4}]}",
            "model.layers: lstm needs a sequence, got a vector of 8"
        ),
        Mistake(
            "data: {name: digits}\nmodel: {kind: layers, layers: [{dense: 8}, {embedding: {vocabulary: 9, width: 2}}]}",
            "model.layers: an embedding takes the tokens of the data; make it the first layer"
        ),
        Mistake(
            "data: {name: digits}\nmodel: {kind: layers, layers: [{residual: [{convolution: {channels: 6, size: 2}}]}]}",
            "model.layers: residual: no stride leads from an image of 1 × 8 × 8 to an image of 6 × 7 × 7"
        ),
        Mistake(
            "data: {name: digits}\nmodel: {kind: lenet5, trainer: exact}",
            "model.trainer: got exact, expected onednn",
            "Remove model.trainer."
        ),
        Mistake(
            "data: {name: digits}\nmodel: {loss: squared-error, trainer: exact}",
            "model.trainer: got exact for the loss squared-error, expected onednn",
            "Remove model.trainer or model.loss."
        ),
        Mistake("data: {name: digits}\nmodel: {initial: none.f32}", "none.f32: got no readable file"),
    ]

    @Test("A mistake that only the data show is told at its key, before the first round", arguments: withData)
    func dataMistakes(_ mistake: Mistake) throws {
        let scenario = try Scenario(text: mistake.text, file: "test.yaml")
        let error = #expect(throws: ScenarioError.self) { try scenario.prepared() }
        let message = try #require(error).description
        for part in mistake.parts { #expect(message.contains(part), "\(message)") }
    }

    @Test("All mistakes of a text come out at once, in the order of their lines")
    func allAtOnce() throws {
        let text = "rounds: 0\ndata: {name: digits}\nround: {cohort: -1}\nupdate: {width: 1}"
        let error = #expect(throws: ScenarioError.self) { try Scenario(text: text, file: "test.yaml") }
        guard case .mistakes(let issues) = try #require(error) else {
            Issue.record("mistakes expected")
            return
        }
        #expect(issues.map(\.key) == ["rounds", "round.cohort", "update.width"])
        #expect(issues.map(\.place) == ["line 1", "line 3", "line 4"])
    }

    @Test("A mistake of an option is told with the option")
    func optionMistakes() throws {
        let override = try #require(ScenarioOverride(assignment: "round.cohort=none"))
        let error = #expect(throws: ScenarioError.self) {
            try Scenario(text: "data: {name: digits}", file: "test.yaml", overrides: [override])
        }
        let message = try #require(error).description
        #expect(message.contains("test.yaml, --set round.cohort=none, round.cohort: got \"none\""), "\(message)")
    }

    @Test("An unknown strategy is compared with every registered name")
    func nearestNamesAreNear() throws {
        let scenario = try Scenario(text: "data: {name: digits}\nstrategy: {name: zzzzzz}", file: "test.yaml")
        let error = #expect(throws: ScenarioError.self) { try scenario.prepared() }
        let message = try #require(error).description
        #expect(message.contains("fedavg"))
        #expect(!message.contains("Did you mean"))
    }
}
