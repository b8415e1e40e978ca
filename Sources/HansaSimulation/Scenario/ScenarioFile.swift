import HansaAggregation
import HansaCore
import HansaLearning
import HansaQuantization

/// A scenario as it is written: what the file says and nothing else, each value checked for its type and range.
///
/// ``ScenarioFile/resolved(_:)`` fills in the defaults and checks what several values say together.
struct ScenarioFile {
    var name: String?
    var seed: UInt64?
    var rounds: Int?
    var run: String?
    var data: ScenarioData?
    var preparation = DataPreparation()
    var partition = Partition()
    var model = Model()
    var local = Local()
    var trainer: ResolvedScenario.ExternalTrainer?
    var round = Round()
    var strategy = Strategy()
    var update = Update()
    var download = Download()
    var privacy: Privacy?
    var evaluationInterval: Int?
    var evaluatedClients: Int?
    var evaluatesDrift: Bool?

    struct Partition {
        var kind: String?
        var clients: Int?
        var alpha: Double?
        var minimum: Int?
        /// Shards, or classes.
        var perClient: Int?
        var sigma: Double?
        var skew: FeatureSkew?
        var column: String?
        var folder: String?
        var seed: UInt64?
    }

    struct Model {
        var kind: String?
        var hidden: [Int]?
        var layers: [Layer]?
        var loss: NetworkLoss?
        var trainer: ResolvedScenario.Trainer?
        var initial: String?
        var local: [String]?
    }

    struct Local {
        var epochs: Int?
        var batch: Int?
        var rate: Double?
        var momentum: Double?
        var decay: Double?
        var shuffle: Bool?
        var steps: Int?
        var optimizer: LocalOptimizer?
        var gradientClip: Double?
        var proximal: Double?
        var schedule: LearningRateSchedule?
    }

    struct Round {
        var cohort: Int?
        var share: Double?
        var overSelection: Double?
        var dropout: Double?
        var quorum: Int?
        var deadlineSeconds: Double?
        var attempts: Int?
        var cohorts: String?
    }

    struct Strategy {
        var name: String?
        var weighting: String?
        var cap: Int?
        var optimizer: ServerOptimizerConfiguration?
        var options: [String: StrategyOption] = [:]
    }

    struct Update {
        var width: Int?
        var widthFrom: Int?
        var widthTo: Int?
        var ranges: [SectionRange]?
        var clip: ClipRule?
        var returnsLoss: Bool?
    }

    struct Download {
        var width: Int?
    }

    struct Privacy {
        var mechanism: String?
        var placement: String?
        var multiplier: Double?
        var epsilon: Double?
        var cohortMin: Int?
        var source: String?
        var delta: Double?
        var epsilonMax: Double?
    }
}
