public import HansaAggregation
import HansaCoordinator
public import HansaCore
public import HansaLearning
public import HansaPrivacy
public import HansaQuantization

/// A scenario with every default filled in and every value checked: what a run is, apart from its data.
///
/// ``yaml`` writes it as a scenario file that loads to an equal value. Threads, folders for results and faults are no
/// part of it, because they do not change the model.
public struct ResolvedScenario: Hashable, Sendable {
    /// The name shown to people and used for the result folder.
    public var name: String
    /// The seed of everything that is drawn.
    public var seed: UInt64
    public var rounds: UInt32
    /// The run's identity as 32 hexadecimal digits, where the file states it; otherwise it follows from the scenario.
    public var run: String?
    public var data: ScenarioData
    /// What is done with the data before training.
    public var preparation = DataPreparation()
    public var partition: Partition
    public var model: Model
    /// What clients do with their data; the learning rate is that of ``schedule`` at its highest.
    public var work: LocalWork
    /// The program that trains in our trainers' place; nil for none.
    public var trainer: ExternalTrainer?
    /// The learning rate over the rounds.
    public var schedule: LearningRateSchedule
    public var round: Round
    public var strategy: Strategy
    public var update: Update
    /// The noise; nil for none.
    public var privacy: Privacy?
    /// The width of the integers that the model is sent in; nil for float32.
    public var downloadWidth: BitWidth?
    /// A test on every so many rounds, and at the end; 0 means only at the end.
    public var evaluationInterval: Int
    /// What is measured of single clients.
    public var clientMeasurement: ClientMeasurement

    /// How the samples are split over clients.
    public struct Partition: Hashable, Sendable {
        public var scheme: PartitionScheme
        /// The number of clients; nil where the split itself says it and the data are not loaded yet.
        public var clients: Int?
        /// The seed of the split: the scenario's, unless stated, so that several runs may share one split.
        public var seed: UInt64
        /// How clients' features differ; nil where they do not.
        public var skew: FeatureSkew?

        public static func == (left: Self, right: Self) -> Bool {
            left.scheme == right.scheme && left.clients == right.clients && left.seed == right.seed
                && left.skew == right.skew
        }

        public func hash(into hasher: inout Hasher) {
            hasher.combine(scheme.kind)
            hasher.combine(clients)
            hasher.combine(seed)
            hasher.combine(skew)
        }
    }

    /// Who is asked in a round, and when it counts.
    public struct Round: Hashable, Sendable {
        public var cohort: CohortSize
        public var overSelection: Double
        public var dropout: Double
        /// Half the cohort, once that is known, unless stated.
        public var quorum: Int?
        public var deadlineMilliseconds: UInt32
        public var attempts: UInt32
        /// A file of fixed cohorts, round after round.
        public var cohorts: String?
    }

    /// How many updates a round aims at.
    public enum CohortSize: Hashable, Sendable {
        case count(Int)
        /// A share of the population, rounded to nearest and at least 1.
        case share(Double)
        /// The usual one: ten clients, or all of fewer.
        case usual

        /// The number for a population.
        func count(of population: Int) -> Int {
            switch self {
            case .count(let count): count
            case .share(let share): max(1, Int((share * Double(population)).rounded()))
            case .usual: min(ResolvedScenario.Defaults.cohort, population)
            }
        }
    }

    /// The federated algorithm.
    public struct Strategy: Hashable, Sendable {
        public var name: String
        public var weighting: WeightRule
        public var optimizer: ServerOptimizerConfiguration
        public var options: [String: StrategyOption]
    }

    /// How updates travel.
    public struct Update: Hashable, Sendable {
        public var widths: BitWidthSchedule
        public var ranges: [SectionRange]
        public var clip: ClipRule
        /// Whether clients send their mean training loss along.
        public var returnsLoss: Bool
    }

    /// The noise, and what may be spent.
    public struct Privacy: Hashable, Sendable {
        /// Who adds the noise.
        public enum Placement: Hashable, Sendable {
            case local
            /// The shares are sized for so many clients; the quorum where nothing is said.
            case distributed(cohortMin: Int?)
            case central
        }

        /// Below one over the clients of any scenario of this repository.
        public static let deltaDefault = 1e-6

        public var law: NoiseConfiguration.Law
        public var placement: Placement
        /// See `NoiseConfiguration.multiplier`.
        public var multiplier: Double
        public var source: NoiseSource
        /// The δ at which ε is stated.
        public var delta: Double
        /// The most ε that the run may spend on any client or release; nil for no limit.
        public var epsilonMax: Double?

        /// What the ledger prints and what may be spent: by any one client, and by all publications.
        var accounting: RunPrivacy {
            let budget = epsilonMax.map { PrivacyBudget(epsilonPerRound: nil, epsilon: $0, delta: delta) }
            return RunPrivacy(
                delta: delta,
                runBudget: budget,
                clientBudget: budget,
                isSeeded: source == .seeded
            )
        }

        /// The noise of a round of so many clients.
        func noise(cohort: Int, quorum: Int) -> NoiseConfiguration {
            let placed: NoisePlacement
            switch placement {
            case .local: placed = .local
            case .central: placed = .central
            case .distributed(let cohortMin): placed = .distributed(cohortMin: UInt32(clamping: cohortMin ?? quorum))
            }
            return NoiseConfiguration(
                law: law,
                placement: placed,
                multiplier: multiplier,
                source: source,
                cohort: cohort
            )
        }
    }

    /// What a scenario is where it says nothing.
    public enum Defaults {
        /// Any fixed number; runs differ by stating another.
        public static let seed: UInt64 = 1
        /// Enough to see a small model learn.
        public static let rounds = 50
        /// Enough clients for a cohort to be a choice.
        public static let clients = 100
        public static let cohort = 10
        /// Label skew that is felt but lets every client learn (Hsu, Qi, Brown 2019 span 0.1 to 100).
        public static let alpha = 0.5
        /// As in the paper that brought label shards (arXiv:1602.05629).
        public static let shardsPerClient = 2
        /// As in most papers that split so; NIID-Bench calls it "#C = 2" (arXiv:2102.02079).
        public static let classesPerClient = 2
        /// As FedProx's MNIST has them (arXiv:1812.06127).
        public static let sigma = 2.0
        public static let powerLawMinimum = 5
        public static let hidden = [64]
        /// The smallest batch of the paper on federated averaging, and the best there in rounds to accuracy.
        public static let batch = 10
        public static let rate = 0.1
        /// Above any client of the data sets in the catalogue under common splits.
        public static let cap = 10_000
        /// An eighth of float32's bytes at no visible loss of accuracy.
        public static let width = 8
        /// A round of small steps seldom moves a parameter further; the result counts what it cut.
        public static let range = 0.25
        public static let deadlineSeconds = 600.0
        public static let attempts = 10
        public static let strategy = "fedavg"
    }
}
