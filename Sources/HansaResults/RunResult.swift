/// What a finished run comes to: the content of `result.json`, and what `hansa simulate --json` prints.
///
/// `transport`, `wire`, `restartCount`, `clientRestartCount`, `seconds`, `roundsPerSecond`, `threadCount`, `kernels` and
/// `version` say how it was computed; all else is a function of the scenario, the seed and the participation.
public struct RunResult: Codable, Equatable, Sendable {
    /// The scenario's name.
    public var name: String
    public var seed: UInt64
    /// The rounds that moved the model, and the attempts that were given up.
    public var roundCount: Int
    public var abortedAttemptCount: Int
    /// Why the run ended before its last round, in words; absent where it did not.
    public var stopped: String?
    public var clientCount: Int
    public var cohort: Int
    public var parameterCount: Int
    /// SHA-256 of the last model (DESIGN.md, "Determinism contract"), as 64 hexadecimal digits.
    public var digest: String
    /// The digest of everything that decides the model, apart from who took part.
    public var configurationDigest: String
    /// The last model's share of right answers on the test set, and its mean cross-entropy in nats; absent without one.
    public var accuracy: Double?
    public var loss: Double?
    /// Payload bytes of all rounds, and what the updates would take as float32.
    public var bytesUp: Int
    public var bytesDown: Int
    public var floatBytesUp: Int
    /// Coordinates that clients cut to the lattice's range, and updates whose clip took effect.
    public var saturatedCount: Int
    public var clippedCount: Int
    /// SHA-256 of everything that happened in the simulation, where it was asked for.
    public var traceHash: String?
    /// How often the simulated coordinator died and came back.
    public var restartCount: Int
    /// How the two sides spoke, `framed` or `tls`, and the bytes of all frames; absent where requests and answers
    /// travelled as values.
    public var transport: String?
    public var wire: WireTraffic?
    /// How often clients' processes were started again, in a run of many processes.
    public var clientRestartCount: Int?
    /// Wall seconds of the last process of the run, and the rounds it did in each.
    public var seconds: Double
    public var roundsPerSecond: Double
    public var threadCount: Int
    /// The instruction set of the kernels, which changes no result.
    public var kernels: String
    /// What the model's bits depend on beside all that: "exact" for nothing, or a library, its version and the processor's
    /// instructions; absent in results of earlier versions.
    public var arithmetic: String?
    public var version: String

    public init(
        name: String,
        seed: UInt64,
        roundCount: Int,
        stopped: String? = nil,
        abortedAttemptCount: Int,
        clientCount: Int,
        cohort: Int,
        parameterCount: Int,
        digest: String,
        configurationDigest: String,
        accuracy: Double?,
        loss: Double?,
        bytesUp: Int,
        bytesDown: Int,
        floatBytesUp: Int,
        saturatedCount: Int,
        clippedCount: Int,
        traceHash: String?,
        restartCount: Int,
        transport: String? = nil,
        wire: WireTraffic? = nil,
        clientRestartCount: Int? = nil,
        seconds: Double,
        roundsPerSecond: Double,
        threadCount: Int,
        kernels: String,
        arithmetic: String? = nil,
        version: String = HansaVersion.current
    ) {
        self.name = name
        self.seed = seed
        self.roundCount = roundCount
        self.stopped = stopped
        self.abortedAttemptCount = abortedAttemptCount
        self.clientCount = clientCount
        self.cohort = cohort
        self.parameterCount = parameterCount
        self.digest = digest
        self.configurationDigest = configurationDigest
        self.accuracy = accuracy
        self.loss = loss
        self.bytesUp = bytesUp
        self.bytesDown = bytesDown
        self.floatBytesUp = floatBytesUp
        self.saturatedCount = saturatedCount
        self.clippedCount = clippedCount
        self.traceHash = traceHash
        self.restartCount = restartCount
        self.transport = transport
        self.wire = wire
        self.clientRestartCount = clientRestartCount
        self.seconds = seconds
        self.roundsPerSecond = roundsPerSecond
        self.threadCount = threadCount
        self.kernels = kernels
        self.arithmetic = arithmetic
        self.version = version
    }

    /// How many times as many bytes float32 would take on the way up; nil where nothing was sent.
    public var savingsFactor: Double? { bytesUp > 0 ? Double(floatBytesUp) / Double(bytesUp) : nil }
}
