import HansaAggregation
import HansaCore
import HansaLearning
import HansaQuantization

extension ScenarioFile {
    private typealias Defaults = ResolvedScenario.Defaults

    /// Fills in the defaults and checks what several values say together; nil where something was reported.
    func resolved(fallbackName: String, reading: ScenarioReading) -> ResolvedScenario? {
        let partition = resolvedPartition()
        let round = resolvedRound(clients: partition.clients, reading: reading)
        let rounds = self.rounds ?? Defaults.rounds
        let strategy = resolvedStrategy()
        let update = resolvedUpdate(rounds: rounds, reading: reading)
        let privacy = resolvedPrivacy(clients: partition.clients, reading: reading)
        guard let data, let update, reading.issues.isEmpty else { return nil }
        return ResolvedScenario(
            name: name ?? fallbackName,
            seed: seed ?? Defaults.seed,
            rounds: UInt32(clamping: rounds),
            run: run,
            data: data,
            preparation: preparation,
            partition: partition,
            model: resolvedModel(),
            work: resolvedWork(reading: reading),
            trainer: trainer,
            schedule: local.schedule ?? .constant,
            round: round,
            strategy: strategy,
            update: update,
            privacy: privacy,
            downloadWidth: resolvedDownloadWidth(reading: reading),
            evaluationInterval: evaluationInterval ?? 1,
            clientMeasurement: ClientMeasurement(
                clientCount: evaluatedClients ?? 0,
                includesDrift: evaluatesDrift ?? false
            )
        )
    }

    private func resolvedPartition() -> ResolvedScenario.Partition {
        let alpha = partition.alpha ?? Defaults.alpha
        let minimum = partition.minimum ?? PartitionScheme.minimumDefault
        let scheme: PartitionScheme
        switch partition.kind ?? "iid" {
        case "dirichlet": scheme = .dirichlet(alpha: alpha, minimum: minimum)
        case "quantity": scheme = .quantity(alpha: alpha, minimum: minimum)
        case "dirichlet-balanced": scheme = .balancedDirichlet(alpha: alpha, minimum: minimum)
        case "shards":
            scheme = .labelShards(perClient: partition.perClient ?? Defaults.shardsPerClient)
        case "classes": scheme = .classes(perClient: partition.perClient ?? Defaults.classesPerClient)
        case "power-law":
            scheme = .powerLaw(
                sigma: partition.sigma ?? Defaults.sigma,
                minimum: partition.minimum ?? Defaults.powerLawMinimum,
                classes: partition.perClient
            )
        case "natural":
            scheme = .natural(key: partition.column ?? data?.naturalKey ?? CatalogueEntry.writerKey)
        case "file": scheme = .file(folder: partition.folder ?? "")
        default: scheme = .iid
        }
        return ResolvedScenario.Partition(
            scheme: scheme,
            clients: partition.clients ?? (scheme.knowsClientCount ? nil : Defaults.clients),
            seed: partition.seed ?? seed ?? Defaults.seed,
            skew: partition.skew
        )
    }

    private func resolvedRound(clients: Int?, reading: ScenarioReading) -> ResolvedScenario.Round {
        let cohort: ResolvedScenario.CohortSize
        if let count = round.cohort {
            cohort = .count(count)
        } else if let share = round.share {
            cohort = .share(share)
        } else {
            cohort = .usual
        }
        var resolved = ResolvedScenario.Round(
            cohort: cohort,
            overSelection: round.overSelection ?? 0,
            dropout: round.dropout ?? 0,
            quorum: round.quorum,
            deadlineMilliseconds: UInt32(((round.deadlineSeconds ?? Defaults.deadlineSeconds) * 1000).rounded()),
            attempts: UInt32(clamping: round.attempts ?? Defaults.attempts),
            cohorts: round.cohorts
        )
        if let clients { resolved.fill(population: clients, source: reading.source) { reading.report($0) } }
        return resolved
    }

    private func resolvedStrategy() -> ResolvedScenario.Strategy {
        let cap = UInt32(clamping: strategy.cap ?? Defaults.cap)
        let weighting: WeightRule
        let name = strategy.name ?? Defaults.strategy
        let countsClients = StrategyRegistry.standard.entries.first { $0.name == name }?.countsClients ?? false
        switch strategy.weighting ?? (countsClients ? "uniform" : "samples") {
        case "uniform": weighting = .uniform
        case "samples-on-client": weighting = .samplesOnClient(cap: cap)
        default: weighting = .samples(cap: cap)
        }
        return ResolvedScenario.Strategy(
            name: name,
            weighting: weighting,
            optimizer: strategy.optimizer ?? .sgd(learningRate: 1),
            options: strategy.options
        )
    }

    private func resolvedDownloadWidth(reading: ScenarioReading) -> BitWidth? {
        guard let bits = download.width else { return nil }
        do throws(QuantizationError) {
            return try BitWidth(bits)
        } catch {
            reading.report("download.width", got: "\(bits)", expected: "a width between 2 and 32 bits")
            return nil
        }
    }

    private func resolvedUpdate(rounds: Int, reading: ScenarioReading) -> ResolvedScenario.Update? {
        let widths: BitWidthSchedule
        do throws(QuantizationError) {
            if let from = update.widthFrom, let to = update.widthTo {
                widths = .cosine(from: try BitWidth(from), to: try BitWidth(to), rounds: rounds)
                try widths.validate()
            } else {
                widths = .constant(try BitWidth(update.width ?? Defaults.width))
            }
        } catch {
            reading.report(
                "update.width",
                got: "a schedule from \(update.widthFrom ?? 0) to \(update.widthTo ?? 0) bits",
                expected: "widths that fall",
                fix: "Exchange from and to."
            )
            return nil
        }
        let ranges = update.ranges ?? [SectionRange(range: Defaults.range)]
        checkBlocks(ranges, reading: reading)
        return ResolvedScenario.Update(
            widths: widths,
            ranges: ranges,
            clip: update.clip ?? .none,
            returnsLoss: update.returnsLoss ?? false
        )
    }

    /// Each block once, and at most one range for all the others.
    private func checkBlocks(_ ranges: [SectionRange], reading: ScenarioReading) {
        var seen = Set<String>()
        var hasRest = false
        for (index, range) in ranges.enumerated() {
            if range.blocks.isEmpty {
                if hasRest {
                    reading.report(
                        "update.range[\(index)].blocks",
                        got: "a second range without blocks",
                        expected: "one range at most for all blocks that are not named"
                    )
                }
                hasRest = true
            }
            for block in range.blocks where !seen.insert(block).inserted {
                reading.report(
                    "update.range[\(index)].blocks",
                    got: "the block \"\(block)\" again",
                    expected: "each block in one range"
                )
            }
        }
    }
}

extension ResolvedScenario.Round {
    /// Sets the cohort and the quorum for a population that is known now, and reports what does not fit it.
    mutating func fill(population: Int, source: ScenarioSource, report: (ScenarioIssue) -> Void) {
        let count = cohort.count(of: population)
        if count > population {
            report(
                source.issue(
                    "round.cohort",
                    got: "\(count)",
                    expected: "at most \(population), the number of clients",
                    fix: "Lower round.cohort, or raise partition.clients."
                )
            )
        }
        cohort = .count(count)
        if let quorum, quorum > count {
            report(
                source.issue(
                    "round.quorum",
                    got: "\(quorum)",
                    expected: "at most the cohort of \(count)",
                    fix: "Lower round.quorum: a round needs no more updates than it asks for."
                )
            )
        }
        quorum = quorum ?? max(1, count / 2)
    }
}
