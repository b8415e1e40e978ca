import HansaAggregation
import HansaCoordinator
import HansaCore
import HansaNumerics
import HansaQuantization

/// The run of the strategy `exact-sum`: no data, and a model that counts how often each client's update was counted.
///
/// Its clients run the trainer `one-hot`, which adds 1 to the coordinate of its own number.
public struct CountingConfiguration: Hashable, Sendable {
    public var clients: Int
    public var rounds: UInt32
    public var cohort: Int
    public var width: Int
    public var seed: UInt64
    public var quorum: Int?
    public var deadlineMilliseconds: UInt32
    public var attempts: UInt32

    static let keys = ["clients", "rounds", "cohort", "width", "seed", "quorum", "deadline-seconds", "attempts"]

    /// Reads the section; nil where something was reported.
    init?(_ section: ScenarioSection) {
        let issueCount = section.reading.issues.count
        let clients = section.integer("clients", in: 1...1 << 20)
        if !section.has("clients") {
            section.reading.report(section.keyPath("clients"), got: "no number", expected: "how many clients there are")
        }
        let rounds = section.integer("rounds", in: 1...Int(Int32.max))
        let cohort = section.integer("cohort", in: 1...1 << 20)
        width = section.integer("width", in: BitWidth.supported) ?? ResolvedScenario.Defaults.width
        seed = section.seed("seed") ?? ResolvedScenario.Defaults.seed
        quorum = section.integer("quorum", in: 1...1 << 20)
        let seconds = section.number("deadline-seconds", ScenarioFile.deadlineRule)
        let attempts = section.integer("attempts", in: 1...(1 << 24) - 1)
        guard let clients, section.reading.issues.count == issueCount else { return nil }
        self.clients = clients
        self.rounds = UInt32(clamping: rounds ?? ResolvedScenario.Defaults.rounds)
        self.cohort = cohort ?? clients
        deadlineMilliseconds = UInt32(((seconds ?? ResolvedScenario.Defaults.deadlineSeconds) * 1000).rounded())
        self.attempts = UInt32(clamping: attempts ?? ResolvedScenario.Defaults.attempts)
    }

    /// The run as the coordinator sees it, or the words for what is wrong with it.
    func specification() throws(CountingMistake) -> RunSpecification {
        let bits: BitWidth
        do throws(QuantizationError) { bits = try BitWidth(width) } catch {
            throw CountingMistake(message: ErrorText.of(error))
        }
        let strategy: ExactSumCounting
        do throws(ConfigurationError) {
            strategy = try ExactSumCounting(ExactSumCounting.configuration(width: bits))
        } catch { throw CountingMistake(message: error.description + ".") }
        let schema: ParameterSchema
        do throws(SchemaError) { schema = try ExactSumCounting.schema(clientCount: clients) } catch {
            throw CountingMistake(message: "got \(clients) clients, which no model can count.")
        }
        let text = "exact-sum clients=\(clients) rounds=\(rounds) cohort=\(cohort) width=\(width) seed=\(seed)"
        let digest = SHA256Digest(hashing: Array(text.utf8))
        let name = digest.hexadecimal
        let specification = RunSpecification(
            run: RunID(
                high: UInt64(name.prefix(16), radix: 16) ?? 0,
                low: UInt64(name.dropFirst(16).prefix(16), radix: 16) ?? 0
            ),
            seed: seed,
            population: UInt32(clamping: clients),
            roundCount: rounds,
            policy: RoundPolicy(
                cohort: cohort,
                quorum: quorum,
                deadlineMilliseconds: deadlineMilliseconds,
                attemptCountMax: attempts
            ),
            participation: .selected(UniformCohortSelector()),
            strategy: strategy,
            schema: schema,
            initialParameters: [Float](repeating: 0, count: schema.count),
            configurationDigest: digest
        )
        do throws(CoordinatorError) { try specification.validate() } catch {
            throw CountingMistake(message: ErrorText.of(error))
        }
        return specification
    }
}

/// Why a counting run cannot be.
struct CountingMistake: Error {
    var message: String
}
