import HansaResults

/// What a comparison comes to: the content of `compare.json`, and what `hansa compare --json` prints.
public struct ComparisonOutcome: Codable, Hashable, Sendable {
    /// One run and its figures.
    public struct Run: Codable, Hashable, Sendable {
        public var seed: UInt64
        /// Below the comparison's folder.
        public var folder: String
        /// Why it came to no end; absent where it did, and then the figures are there.
        public var failure: String?
        /// The model's digest.
        public var digest: String?
        public var configurationDigest: String
        /// The last model's, and the mean of the last measured ones.
        public var accuracy: Double?
        public var lastAccuracy: Double?
        public var loss: Double?
        public var roundCount: Int?
        public var bytesUp: Int?
        public var bytesDown: Int?
        /// The ε spent at the end of the run, and whether it is only nominal; absent without noise.
        public var epsilon: Double?
        public var isEpsilonNominal: Bool?
        /// The first measured round that reaches the target, and what clients had sent by its end; absent where none does.
        public var roundsToTarget: Int?
        public var bytesToTarget: Int?
        /// Wall seconds of all rounds, while other runs may have used the machine too.
        public var seconds: Double?
    }

    /// A figure of a run, as tables name it.
    public enum Figure: String, Codable, CaseIterable, Hashable, Sendable {
        case accuracy
        case lastAccuracy
        case loss
        case roundsToTarget
        case bytesToTarget
        case bytesUp
        case seconds
    }

    /// One configuration over all seeds.
    public struct Configuration: Codable, Hashable, Sendable {
        public var label: String
        public var scenario: String
        /// What is different in it.
        public var settings: [String: String]
        public var runs: [Run]
        /// Over the runs that have the figure.
        public var statistics: [String: Statistic]
        /// Figure by figure, this configuration minus the baseline, seed by seed; empty for the baseline itself.
        public var differences: [String: Statistic]
    }

    public var name: String
    public var version: String
    public var targetAccuracy: Double?
    /// How many of the last measured accuracies are in `lastAccuracy`.
    public var lastCount: Int
    /// The label of the configuration that the others are compared with.
    public var baseline: String
    public var configurations: [Configuration]

    /// The number of runs that came to no end.
    public var failureCount: Int { configurations.reduce(0) { $0 + $1.runs.count { $0.failure != nil } } }
}

extension ComparisonOutcome.Run {
    /// The figures of a finished run.
    init(
        seed: UInt64,
        folder: String,
        result: RunResult,
        lines: [RoundMetrics],
        targetAccuracy: Double?,
        lastCount: Int
    ) {
        self.init(seed: seed, folder: folder, configurationDigest: result.configurationDigest)
        digest = result.digest
        accuracy = result.accuracy
        loss = result.loss
        roundCount = result.roundCount
        bytesUp = result.bytesUp
        bytesDown = result.bytesDown
        epsilon = lines.last { $0.epsilon != nil }?.epsilon
        isEpsilonNominal = lines.last { $0.epsilon != nil }?.isEpsilonNominal
        let measured = lines.compactMap { $0.round > 0 ? $0.accuracy : nil }
        lastAccuracy = Statistic(measured.suffix(max(1, lastCount)))?.mean
        seconds = lines.reduce(0) { $0 + $1.seconds }
        guard let targetAccuracy else { return }
        var sent = 0
        for line in lines {
            sent += line.bytesUp
            guard let accuracy = line.accuracy, accuracy >= targetAccuracy else { continue }
            roundsToTarget = Int(line.round)
            bytesToTarget = sent
            return
        }
    }

    /// A run that came to no end.
    init(seed: UInt64, folder: String, configurationDigest: String, failure: String) {
        self.init(seed: seed, folder: folder, configurationDigest: configurationDigest)
        self.failure = failure
    }

    private init(seed: UInt64, folder: String, configurationDigest: String) {
        self.seed = seed
        self.folder = folder
        self.configurationDigest = configurationDigest
    }

    func value(_ figure: ComparisonOutcome.Figure) -> Double? {
        switch figure {
        case .accuracy: accuracy
        case .lastAccuracy: lastAccuracy
        case .loss: loss
        case .roundsToTarget: roundsToTarget.map { Double($0) }
        case .bytesToTarget: bytesToTarget.map { Double($0) }
        case .bytesUp: bytesUp.map { Double($0) }
        case .seconds: seconds
        }
    }
}

extension ComparisonOutcome.Configuration {
    /// Mean and spread of a configuration's figures.
    init(label: String, scenario: String, settings: [String: String], runs: [ComparisonOutcome.Run]) {
        self.label = label
        self.scenario = scenario
        self.settings = settings
        self.runs = runs
        statistics = [:]
        differences = [:]
        for figure in ComparisonOutcome.Figure.allCases {
            statistics[figure.rawValue] = Statistic(runs.compactMap { $0.value(figure) })
        }
    }

    /// Takes the differences to a baseline, over the seeds for which both have the figure.
    mutating func compare(with baseline: Self) {
        for figure in ComparisonOutcome.Figure.allCases {
            let pairs = runs.compactMap { run -> Double? in
                guard let own = run.value(figure),
                    let other = baseline.runs.first(where: { $0.seed == run.seed })?.value(figure)
                else { return nil }
                return own - other
            }
            differences[figure.rawValue] = Statistic(pairs)
        }
    }

    func statistic(_ figure: ComparisonOutcome.Figure) -> Statistic? { statistics[figure.rawValue] }
    func difference(_ figure: ComparisonOutcome.Figure) -> Statistic? { differences[figure.rawValue] }
}
