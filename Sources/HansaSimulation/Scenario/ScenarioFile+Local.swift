import HansaAggregation
import HansaCore
import Yams

/// The section `local`: what every client does with its data, and how the learning rate changes over the rounds.
extension ScenarioFile {
    static let localKeys = [
        "epochs", "batch", "rate", "momentum", "decay", "shuffle", "steps", "optimizer", "gradient-clip", "proximal",
        "schedule",
    ]

    /// Adam's usual rate (Kingma & Ba 2015).
    private static let adamRate = 0.001
    private static let factorRule = NumberRule(text: "a number above 0 and at most 1") { Float($0) > 0 && $0 <= 1 }

    static func readLocal(_ section: ScenarioSection) -> Local {
        Local(
            epochs: section.integer("epochs", in: 1...Int(UInt32.max)),
            batch: section.integer("batch", in: 0...Int(UInt32.max)),
            rate: section.number("rate", .atLeastZero),
            momentum: section.number("momentum", .belowOne),
            decay: section.number("decay", .atLeastZero),
            shuffle: section.flag("shuffle"),
            steps: section.integer("steps", in: 0...Int(UInt32.max)),
            optimizer: readLocalOptimizer(section),
            gradientClip: section.number("gradient-clip", .atLeastZero),
            proximal: section.number("proximal", .atLeastZero),
            schedule: readSchedule(section)
        )
    }

    private static func readLocalOptimizer(_ local: ScenarioSection) -> LocalOptimizer? {
        let constants = ["beta1", "beta2", "epsilon"]
        let name = local.node("optimizer")?.mapping?["name"]?.string ?? "sgd"
        // A name from the command line leaves the file's other keys behind; they are known then, and unused.
        let isOverridden = local.reading.options["local.optimizer.name"] != nil
        let own = name == "sgd" && !isOverridden ? [] : constants
        guard let section = local.section("optimizer", known: ["name"] + own) else { return nil }
        var moments = AdamMoments()
        if let beta1 = section.number("beta1", .belowOne) { moments.beta1 = Float(beta1) }
        if let beta2 = section.number("beta2", .belowOne) { moments.beta2 = Float(beta2) }
        if let epsilon = section.number("epsilon", .aboveZero) { moments.epsilon = Float(epsilon) }
        switch section.has("name") ? section.word("name", among: ["sgd", "adam", "adamw"]) : "sgd" {
        case "sgd": return .sgd
        case "adam": return .adam(moments)
        case "adamw": return .adamW(moments)
        default: return nil
        }
    }

    private static func readSchedule(_ local: ScenarioSection) -> LearningRateSchedule? {
        let parameters = [
            "constant": [], "step": ["every", "factor"], "exponential": ["factor"], "cosine": ["end"],
        ]
        let kind = local.node("schedule")?.mapping?["kind"]?.string ?? "constant"
        let isOverridden = local.reading.options["local.schedule.kind"] != nil
        let own = (isOverridden ? nil : parameters[kind]) ?? ["every", "factor", "end"]
        guard let section = local.section("schedule", known: ["kind"] + own + ["warmup"]) else { return nil }
        func required<Value>(_ key: String, _ value: Value?, _ expected: String) -> Value? {
            if value == nil, !section.has(key) {
                section.reading.report(section.keyPath(key), got: "nothing", expected: expected)
            }
            return value
        }
        let decay: LearningRateSchedule.Decay
        switch section.has("kind")
            ? section.word("kind", among: ["constant", "step", "exponential", "cosine"]) : "constant"
        {
        case "constant": decay = .constant
        case "step":
            let every = required("every", section.integer("every", in: 1...Int(UInt32.max)), "a number of rounds")
            let factor = required("factor", section.number("factor", factorRule), factorRule.text)
            guard let every, let factor else { return nil }
            decay = .step(every: UInt32(clamping: every), factor: factor)
        case "exponential":
            guard let factor = required("factor", section.number("factor", factorRule), factorRule.text) else {
                return nil
            }
            decay = .exponential(factor: factor)
        case "cosine": decay = .cosine(end: section.number("end", .unit) ?? 0)
        default: return nil
        }
        return LearningRateSchedule(
            decay,
            warmup: UInt32(clamping: section.integer("warmup", in: 0...Int(Int32.max)) ?? 0)
        )
    }

    func resolvedWork(reading: ScenarioReading) -> LocalWork {
        let optimizer = local.optimizer ?? .sgd
        if let momentum = local.momentum, momentum != 0, optimizer != .sgd {
            reading.report(
                "local.momentum",
                got: "a momentum of \(momentum) beside adam",
                expected: "none: adam's own is local.optimizer.beta1",
                fix: "Remove local.momentum."
            )
        }
        let rounds = self.rounds ?? ResolvedScenario.Defaults.rounds
        if let warmup = local.schedule?.warmup, Int(warmup) >= rounds {
            reading.report(
                "local.schedule.warmup",
                got: "\(warmup)",
                expected: "less than the \(rounds) rounds of the run",
                fix: "Lower it, or raise rounds."
            )
        }
        return LocalWork(
            epochs: UInt32(clamping: local.epochs ?? 1),
            batchSize: UInt32(clamping: local.batch ?? ResolvedScenario.Defaults.batch),
            learningRate: Float(
                local.rate ?? (optimizer == .sgd ? ResolvedScenario.Defaults.rate : Self.adamRate)
            ),
            momentum: Float(local.momentum ?? 0),
            weightDecay: Float(local.decay ?? 0),
            shuffles: local.shuffle ?? true,
            stepCountMax: UInt32(clamping: local.steps ?? 0),
            optimizer: optimizer,
            gradientNormMax: Float(local.gradientClip ?? 0),
            proximal: Float(local.proximal ?? 0)
        )
    }
}

extension ResolvedScenario {
    /// The section `local` as a file; what is plain SGD at one rate is written as ever, so that its digest stays.
    var localLines: [String] {
        var lines = [
            "epochs: \(work.epochs)",
            "batch: \(work.batchSize)",
            "rate: \(work.learningRate)",
            "momentum: \(work.momentum)",
            "decay: \(work.weightDecay)",
            "shuffle: \(work.shuffles)",
            "steps: \(work.stepCountMax)",
        ]
        if let moments = work.optimizer.moments {
            var name = "adam"
            if case .adamW = work.optimizer { name = "adamw" }
            let constants = "beta1: \(moments.beta1), beta2: \(moments.beta2), epsilon: \(moments.epsilon)"
            lines.append("optimizer: {name: \(name), \(constants)}")
        }
        if work.gradientNormMax != 0 { lines.append("gradient-clip: \(work.gradientNormMax)") }
        if work.proximal != 0 { lines.append("proximal: \(work.proximal)") }
        guard schedule != .constant else { return lines }
        let decay: String
        switch schedule.decay {
        case .constant: decay = "kind: constant"
        case .step(let every, let factor): decay = "kind: step, every: \(every), factor: \(factor)"
        case .exponential(let factor): decay = "kind: exponential, factor: \(factor)"
        case .cosine(let end): decay = "kind: cosine, end: \(end)"
        }
        lines.append("schedule: {\(decay), warmup: \(schedule.warmup)}")
        return lines
    }
}
