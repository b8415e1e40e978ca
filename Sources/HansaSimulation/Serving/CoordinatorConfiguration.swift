public import HansaCoordinator

/// What a coordinator is started with, read from its file and checked: `hansa serve` loads one.
///
/// Paths are absolute. ``prepared(data:)`` joins it with its run.
public struct CoordinatorConfiguration: Sendable {
    /// What is run.
    public enum Run: Hashable, Sendable {
        /// A scenario file, and what the configuration changes in it.
        case scenario(path: String, overrides: [ScenarioOverride])
        /// The counting run that tests of the whole system use.
        case counting(CountingConfiguration)
        /// The run that measures an exchange and learns nothing.
        case vector(VectorConfiguration)
    }

    /// The files of the coordinator's own identity, and of whom it believes.
    public struct TLS: Hashable, Sendable {
        /// The coordinator's certificate, with those between it and its issuer behind it, in PEM.
        public var certificate: String
        /// Its private key in PEM, readable by its owner alone.
        public var key: String
        /// The certificates that clients' certificates are signed by, in PEM.
        public var clients: String
    }

    /// What is told while it runs.
    public struct Report: Hashable, Sendable {
        /// Whether there is a line for each round.
        public var showsRounds = true
        /// Whether lines are JSON objects.
        public var isJSON = false
    }

    public var run: Run
    public var mode: RoundPolicy.Mode
    /// Whether strategies that only help tests may run.
    public var allowsTestAggregators: Bool
    /// Whether a scenario's noise may follow from its seed, which gives no privacy: for runs that are to be repeated.
    public var allowsInsecureSeededNoise: Bool
    /// Whether strategies may run that repeat a paper whose privacy claim does not hold.
    public var allowsInsecureStrategies: Bool
    public var listen: ListenAddress
    public var stateFolder: String
    public var tls: TLS
    /// The names in the clients' certificates, in the order of the clients' numbers.
    public var roster: [String]
    /// The limits that the file states, by the names that the server gives them.
    public var limits: [String: UInt64]
    public var report: Report
    /// Where each key stands, for mistakes found later.
    public let source: ScenarioSource

    init(
        run: Run,
        mode: RoundPolicy.Mode,
        allowsTestAggregators: Bool,
        allowsInsecureSeededNoise: Bool,
        allowsInsecureStrategies: Bool,
        listen: ListenAddress,
        stateFolder: String,
        tls: TLS,
        roster: [String],
        limits: [String: UInt64],
        report: Report,
        source: ScenarioSource
    ) {
        self.run = run
        self.mode = mode
        self.allowsTestAggregators = allowsTestAggregators
        self.allowsInsecureSeededNoise = allowsInsecureSeededNoise
        self.allowsInsecureStrategies = allowsInsecureStrategies
        self.listen = listen
        self.stateFolder = stateFolder
        self.tls = tls
        self.roster = roster
        self.limits = limits
        self.report = report
        self.source = source
    }
}
