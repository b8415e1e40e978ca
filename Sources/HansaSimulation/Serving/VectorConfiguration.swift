import HansaAggregation
import HansaCoordinator
import HansaCore
import HansaNumerics
import HansaQuantization

/// The run that measures an exchange: a model of many numbers, of which every client moves each by the same amount.
///
/// Its clients run the trainer `constant`; the model grows by the mean of their amounts in every round. It starts from
/// uniform numbers, so that nothing is compressible.
public struct VectorConfiguration: Hashable, Sendable {
    public var parameters: Int
    public var clients: Int
    public var rounds: UInt32
    /// The width of updates; their range is just under 2, on a lattice that has all thirty-seconds from 7 bits on.
    public var width: Int
    /// The width of the model on its way down; nil for float32.
    public var downloadWidth: Int?

    static let keys = ["parameters", "clients", "rounds", "width", "download-width"]

    /// Reads the section; nil where something was reported.
    init?(_ section: ScenarioSection) {
        let issueCount = section.reading.issues.count
        let parameters = section.integer("parameters", in: 1...1 << 28)
        let clients = section.integer("clients", in: 1...1 << 16)
        for (key, value) in [("parameters", parameters), ("clients", clients)] where value == nil && !section.has(key) {
            section.reading.report(section.keyPath(key), got: "no number", expected: "how many there are")
        }
        let rounds = section.integer("rounds", in: 1...Int(Int32.max))
        width = section.integer("width", in: BitWidth.supported) ?? ResolvedScenario.Defaults.width
        downloadWidth = section.integer("download-width", in: BitWidth.supported)
        guard let parameters, let clients, section.reading.issues.count == issueCount else { return nil }
        self.parameters = parameters
        self.clients = clients
        self.rounds = UInt32(clamping: rounds ?? ResolvedScenario.Defaults.rounds)
    }

    /// The run as the coordinator sees it, or the words for what is wrong with it.
    func specification() throws(CountingMistake) -> RunSpecification {
        let bits: BitWidth
        let downloadBits: BitWidth?
        do throws(QuantizationError) {
            bits = try BitWidth(width)
            downloadBits = try downloadWidth.map { (bits) throws(QuantizationError) in try BitWidth(bits) }
        } catch {
            throw CountingMistake(message: ErrorText.of(error))
        }
        // A step that is a power of two: 2^-(bits - 2).
        let range = Double(bits.magnitudeMax) / Double(UInt64(1) << UInt64(bits.bits - 2))
        let strategy: FederatedAveraging
        do throws(ConfigurationError) {
            strategy = try FederatedAveraging(
                StrategyConfiguration(
                    work: LocalWork(epochs: 1, batchSize: 0, learningRate: 1),
                    weighting: .uniform,
                    clip: .none,
                    widths: .constant(bits),
                    ranges: [SectionRange(range: range)],
                    optimizer: .sgd(learningRate: 1),
                    returnedFields: []
                )
            )
        } catch { throw CountingMistake(message: error.description + ".") }
        let schema: ParameterSchema
        do throws(SchemaError) {
            schema = try ParameterSchema([ParameterBlock(name: "vector", shape: [parameters])])
        } catch { throw CountingMistake(message: "got \(parameters) parameters, which no model has.") }
        let initial = (0..<parameters).map { index in
            // A multiplicative hash (Knuth), uniform in -2 ..< 2, which a script can repeat.
            Float(UInt32(truncatingIfNeeded: index) &* 2_654_435_761) / 0x1p30 - 2
        }
        let text = "vector \(parameters) \(clients) \(rounds) \(width) \(downloadWidth ?? 0)"
        let digest = SHA256Digest(hashing: Array(text.utf8))
        let specification = RunSpecification(
            run: RunID(high: 0, low: 4),
            seed: 4,
            population: UInt32(clamping: clients),
            roundCount: rounds,
            policy: RoundPolicy(cohort: clients),
            participation: .selected(UniformCohortSelector()),
            strategy: strategy,
            schema: schema,
            initialParameters: initial,
            modelWidth: downloadBits,
            configurationDigest: digest
        )
        do throws(CoordinatorError) { try specification.validate() } catch {
            throw CountingMistake(message: ErrorText.of(error))
        }
        return specification
    }
}
