import HansaAggregation
import HansaCore
import HansaLearning
import HansaPrivacy
import HansaQuantization

extension ResolvedScenario {
    /// The scenario as a file that loads to an equal value.
    public var yaml: String { text { $0 } + Self.indented(clientMeasurementLines).map { $0 + "\n" }.joined() }

    /// The end of the section `evaluation`, which is no part of a run's digest: it does not change the model.
    private var clientMeasurementLines: [String] {
        let count = clientMeasurement.clientCount
        return (count > 0 ? ["clients: " + (count == .max ? "all" : "\(count)")] : [])
            + (clientMeasurement.includesDrift ? ["drift: true"] : [])
    }

    /// The text with each path shown as `path` says; the digest of a run puts contents in the place of paths.
    func text(path: (String) -> String) -> String {
        var lines = [
            "name: \(Self.quoted(name))",
            "seed: \(seed)",
            "rounds: \(rounds)",
        ]
        if let run { lines.append("run: \"\(run)\"") }
        lines += ["data:"] + Self.indented(dataLines(path))
        lines += ["partition:"] + Self.indented(partitionLines(path))
        lines += ["model:"] + Self.indented(model.lines(path))
        lines += ["local:"] + Self.indented(localLines)
        lines += trainerLines(path)
        lines += ["round:"] + Self.indented(roundLines(path))
        lines += ["strategy:"] + Self.indented(strategyLines)
        lines += ["update:"] + Self.indented(updateLines)
        if let privacy { lines += ["privacy:"] + Self.indented(Self.lines(privacy)) }
        if let downloadWidth { lines += ["download:", "  width: \(downloadWidth.bits)"] }
        lines += ["evaluation:", "  every: \(evaluationInterval)"]
        return lines.joined(separator: "\n") + "\n"
    }

    private func dataLines(_ path: (String) -> String) -> [String] {
        var lines: [String] = []
        func add(_ key: String, _ file: String?) {
            if let file { lines.append("\(key): \(Self.quoted(path(file)))") }
        }
        func add(_ scaling: ScenarioData.Scaling, _ classCount: Int?) {
            lines += ["mean: \(scaling.mean)", "scale: \(scaling.scale)"]
            if scaling.channels == .first { lines.append("channels: first") }
            if let classCount { lines.append("classes: \(classCount)") }
        }
        switch data {
        case .catalogue(let name): lines.append("name: \(Self.quoted(name))")
        case .arrays(let train, let test, let scaling, let classCount):
            add("features", train.samples)
            add("labels", train.labels)
            add("test-features", test?.samples)
            add("test-labels", test?.labels)
            add(scaling, classCount)
        case .images(let train, let test, let scaling, let classCount):
            add("images", train.samples)
            add("labels", train.labels)
            add("test-images", test?.samples)
            add("test-labels", test?.labels)
            add(scaling, classCount)
        case .table(let train, let test, let columns, let classCount):
            add("csv", train)
            add("test-csv", test)
            if let label = columns.label { lines.append("label: \(Self.quoted(label))") }
            if let key = columns.key { lines.append("key: \(Self.quoted(key))") }
            lines.append("header: \(columns.hasHeader)")
            if let classCount { lines.append("classes: \(classCount)") }
        }
        return lines + preparation.lines
    }

    private func partitionLines(_ path: (String) -> String) -> [String] {
        var lines: [String]
        switch partition.scheme {
        case .iid: lines = ["kind: iid"]
        case .dirichlet(let alpha, let minimum):
            lines = ["kind: dirichlet", "alpha: \(alpha)", "minimum: \(minimum)"]
        case .quantity(let alpha, let minimum):
            lines = ["kind: quantity", "alpha: \(alpha)", "minimum: \(minimum)"]
        case .balancedDirichlet(let alpha, let minimum):
            lines = ["kind: dirichlet-balanced", "alpha: \(alpha)", "minimum: \(minimum)"]
        case .classes(let perClient): lines = ["kind: classes", "per-client: \(perClient)"]
        case .powerLaw(let sigma, let minimum, let classes):
            lines = ["kind: power-law", "sigma: \(sigma)", "minimum: \(minimum)"]
            if let classes { lines.append("per-client: \(classes)") }
        case .labelShards(let perClient): lines = ["kind: shards", "per-client: \(perClient)"]
        case .natural(let key): lines = ["kind: natural", "column: \(Self.quoted(key))"]
        case .file(let folder): lines = ["kind: file", "folder: \(Self.quoted(path(folder)))"]
        }
        if let clients = partition.clients { lines.append("clients: \(clients)") }
        switch partition.skew {
        case .noise(let level): lines.append("feature-skew: {noise: \(level)}")
        case .rotation(let groups): lines.append("feature-skew: {rotation: \(groups)}")
        case nil: break
        }
        return lines + ["seed: \(partition.seed)"]
    }

    private func roundLines(_ path: (String) -> String) -> [String] {
        var lines: [String] = []
        switch round.cohort {
        case .count(let count): lines.append("cohort: \(count)")
        case .share(let share): lines.append("share: \(share)")
        case .usual: break
        }
        lines += ["over-selection: \(round.overSelection)", "dropout: \(round.dropout)"]
        if let quorum = round.quorum { lines.append("quorum: \(quorum)") }
        lines.append("deadline-seconds: \(Double(round.deadlineMilliseconds) / 1000)")
        lines.append("attempts: \(round.attempts)")
        if let cohorts = round.cohorts { lines.append("cohorts: \(Self.quoted(path(cohorts)))") }
        return lines
    }

    private var strategyLines: [String] {
        var lines = ["name: \(Self.quoted(strategy.name))"]
        switch strategy.weighting {
        case .uniform: lines.append("weighting: uniform")
        case .samples(let cap): lines += ["weighting: samples", "cap: \(cap)"]
        case .samplesOnClient(let cap): lines += ["weighting: samples-on-client", "cap: \(cap)"]
        }
        lines.append("optimizer:")
        switch strategy.optimizer {
        case .sgd(let rate): lines += Self.indented(["name: sgd", "rate: \(rate)"])
        case .momentum(let rate, let beta):
            lines += Self.indented(["name: momentum", "rate: \(rate)", "beta: \(beta)"])
        case .adagrad(let rate, let beta1, let tau):
            lines += Self.indented(["name: adagrad", "rate: \(rate)", "beta1: \(beta1)", "tau: \(tau)"])
        case .adam(let rate, let beta1, let beta2, let tau):
            lines += Self.indented(["name: adam"] + Self.constants(rate, beta1, beta2, tau))
        case .yogi(let rate, let beta1, let beta2, let tau):
            lines += Self.indented(["name: yogi"] + Self.constants(rate, beta1, beta2, tau))
        }
        guard !strategy.options.isEmpty else { return lines }
        lines.append("options:")
        for (key, value) in strategy.options.sorted(by: { $0.key < $1.key }) {
            switch value {
            case .number(let number): lines.append("  \(Self.quoted(key)): \(number)")
            case .word(let word): lines.append("  \(Self.quoted(key)): \(Self.quoted(word, always: true))")
            case .flag(let flag): lines.append("  \(Self.quoted(key)): \(flag)")
            }
        }
        return lines
    }

    private static func constants(_ rate: Float, _ beta1: Float, _ beta2: Float, _ tau: Float) -> [String] {
        ["rate: \(rate)", "beta1: \(beta1)", "beta2: \(beta2)", "tau: \(tau)"]
    }

    private var updateLines: [String] {
        var lines: [String]
        switch update.widths {
        case .constant(let width): lines = ["width: \(width.bits)"]
        case .cosine(let from, let to, _): lines = ["width: {from: \(from.bits), to: \(to.bits)}"]
        }
        if update.ranges.count == 1, update.ranges[0].blocks.isEmpty {
            lines.append("range: \(update.ranges[0].range)")
        } else {
            lines.append("range:")
            for range in update.ranges {
                let blocks = range.blocks.map { Self.quoted($0, always: true) }.joined(separator: ", ")
                lines.append(
                    range.blocks.isEmpty
                        ? "  - {range: \(range.range)}" : "  - {blocks: [\(blocks)], range: \(range.range)}"
                )
            }
        }
        switch update.clip {
        case .none: lines.append("clip: none")
        case .l1(let bound): lines.append("clip: {l1: \(bound)}")
        case .l2(let bound): lines.append("clip: {l2: \(bound)}")
        }
        return lines + ["training-loss: \(update.returnsLoss)"]
    }

    private static func lines(_ privacy: Privacy) -> [String] {
        var lines = ["mechanism: \(privacy.law.rawValue)"]
        switch privacy.placement {
        case .local: lines.append("placement: local")
        case .central: lines.append("placement: central")
        case .distributed(let cohortMin):
            lines.append("placement: distributed")
            if let cohortMin { lines.append("cohort-min: \(cohortMin)") }
        }
        lines.append("multiplier: \(privacy.multiplier)")
        lines.append("source: " + (privacy.source == .seeded ? "insecure-seeded" : "system"))
        lines.append("delta: \(privacy.delta)")
        if let most = privacy.epsilonMax { lines.append("max-epsilon: \(most)") }
        return lines
    }

    static func indented(_ lines: [String]) -> [String] { lines.map { "  " + $0 } }

    /// A text as YAML: as it is where that is safe, else between double quotes.
    static func quoted(_ text: String, always: Bool = false) -> String {
        let isPlain = { (unit: UInt8) in
            (0x30...0x39).contains(unit) || (0x41...0x5A).contains(unit) || (0x61...0x7A).contains(unit)
                || [0x2D, 0x2E, 0x2F, 0x5F].contains(unit)
        }
        let startsPlain = text.utf8.first.map { $0 >= 0x41 || $0 == 0x2F } ?? false
        let isWord = ["true", "false", "null", "nan", "inf", "infinity"].contains(text.lowercased())
        if !always, startsPlain, !isWord, text.utf8.allSatisfy(isPlain) { return text }
        let escaped = text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
        return "\"\(escaped)\""
    }
}
