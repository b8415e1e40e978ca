import HansaAggregation
import HansaCoordinator
import HansaCore
import HansaNumerics
import HansaPrivacy
import HansaQuantization

extension Scenario {
    /// The strategy, and the part of the scenario that it is made from.
    func makeStrategy(
        _ scenario: ResolvedScenario,
        population: Int,
        noise: NoiseConfiguration?,
        registry: StrategyRegistry
    ) throws(ScenarioError) -> (strategy: any Strategy, configuration: StrategyConfiguration) {
        var configuration = StrategyConfiguration(
            work: scenario.work,
            schedule: scenario.schedule,
            weighting: scenario.strategy.weighting,
            clip: scenario.update.clip,
            widths: scenario.update.widths,
            ranges: scenario.update.ranges,
            optimizer: scenario.strategy.optimizer,
            returnedFields: scenario.update.returnsLoss ? [.trainingLoss] : [],
            noise: noise,
            options: scenario.strategy.options
        )
        configuration.population = population
        do throws(ConfigurationError) {
            return (try registry.makeStrategy(named: scenario.strategy.name, configuration), configuration)
        } catch {
            throw .mistakes([issue(error)])
        }
    }

    /// Judges the strategy with everything that is known of the run, and says what holds with a caveat.
    func composition(
        _ strategy: any Strategy,
        _ configuration: StrategyConfiguration,
        schema: ParameterSchema,
        cohort: Int,
        population: Int
    ) throws(ScenarioError) -> Composition {
        var composition = Composition(configuration, traits: strategy.traits)
        composition.insert(cohort: cohort, population: population)
        if let noise = configuration.noise { composition.insert(noise: noise, parameterCount: schema.count) }
        do throws(ConfigurationError) { try composition.check() } catch { throw .mistakes([issue(error)]) }
        return composition
    }

    /// Makes the plans of the first and the last round and checks them: where widths fall, the sums are largest in the
    /// first and the steps coarsest in the last, so nothing in between can fail.
    func checkPlans(_ specification: RunSpecification, scenario: ResolvedScenario) throws(ScenarioError) {
        for round in Set([1, specification.roundCount]).sorted() {
            let plans: [ClientRole: RoundPlan]
            do throws(AggregationError) {
                plans = try specification.plans(
                    round: round,
                    attempt: 0,
                    by: specification.strategy,
                    model: specification.configurationDigest,
                    modelVersion: 0
                )
            } catch {
                if case .configuration(let inner) = error { throw .mistakes([issue(inner)]) }
                throw .mistakes([source.issue("strategy", message: error.description)])
            }
            do throws(PlanError) {
                _ = try AggregationShape(
                    schema: specification.schema,
                    plans: plans,
                    cohortMax: specification.policy(round: round, attempt: 0, by: specification.strategy).selectedCount
                )
            } catch {
                throw .mistakes([source.issue(Self.key(of: error, scenario), message: ErrorText.of(error))])
            }
            for plan in plans.values { try checkBudget(plan, schema: specification.schema, scenario: scenario) }
        }
    }

    /// Refuses a budget that a single round would overspend.
    private func checkBudget(
        _ plan: RoundPlan,
        schema: ParameterSchema,
        scenario: ResolvedScenario
    ) throws(ScenarioError) {
        guard let privacy = scenario.privacy, let budget = privacy.accounting.runBudget else { return }
        let cost: PrivacyCost
        do {
            let event =
                privacy.placement == .local
                ? try plan.clientEvent(schema: schema) : try plan.releaseEvent(schema: schema)
            guard let event else { return }
            cost = try event.cost()
        } catch {
            throw .mistakes([source.issue("privacy", message: "\(error)")])
        }
        guard !budget.admits(cost, after: PrivacySpending()) else { return }
        let epsilon = PrivacySpending().adding(cost).epsilon(delta: budget.delta)
        throw .mistakes([
            source.issue(
                "privacy.max-epsilon",
                got: "\(privacy.epsilonMax ?? 0)",
                expected:
                    "at least what one round costs, \((epsilon * 100).rounded(.up) / 100) at delta \(budget.delta)",
                fix: "Raise it, or raise privacy.multiplier."
            )
        ])
    }

    private static func key(of error: PlanError, _ scenario: ResolvedScenario) -> String {
        switch error {
        case .invalidWork: "local"
        case .invalidWeighting: "strategy.cap"
        case .invalidClip: "update.clip"
        case .clipNeedsOneLattice, .clipDoesNotFit: "update.clip"
        case .noiseNeedsClip, .noiseDoesNotFitClip, .noiseNeedsClientWeights, .noiseNeedsNoFields, .sharesDoNotAddUp,
            .sharesNeedOneLattice, .noiseDoesNotFitLattice, .invalidNoise:
            "privacy"
        case .invalidSections, .invalidLattice: "update.range"
        case .sumMayOverflow: scenario.strategy.weighting.weightMax > 1 ? "strategy.cap" : "update.width"
        case .floatUpdate, .unknownCapability, .malformed, .insecureFormNeedsNoClaim: "strategy"
        }
    }

    /// A strategy's complaint about its configuration, at the scenario's key.
    private func issue(_ error: ConfigurationError) -> ScenarioIssue {
        let key = Self.scenarioKey(of: error.key)
        switch error {
        case .unknownName(_, let got, let nearest, let known):
            return source.issue(
                key,
                got: "the unknown name \"\(got)\"",
                expected: "one of " + known.prefix(20).joined(separator: ", "),
                fix: nearest.map { "Did you mean \"\($0)\"?" } ?? ""
            )
        case .invalidValue(_, let got, let expected):
            return source.issue(key, got: got, expected: expected)
        case .missing(_, let expected):
            return source.issue(key, got: "nothing", expected: expected)
        case .duplicateName(_, let got):
            return source.issue(key, got: "\"\(got)\" twice", expected: "each name once")
        case .refused(_, let rule, let got, let reason, let alternative):
            return source.issue(key, got: got, expected: alternative, fix: "The rule \(rule): \(reason).")
        }
    }

    /// The scenario's key for a path below the strategy's configuration.
    private static func scenarioKey(of key: String) -> String {
        let head = key.prefix { $0 != "." && $0 != "[" }
        let rest = key.dropFirst(head.count)
        switch head {
        case "strategy": return "strategy.name"
        case "work": return "local" + rest
        case "schedule": return "local.schedule" + rest
        case "widths": return "update.width"
        case "ranges": return "update.range" + rest
        case "clip": return "update.clip"
        case "noise": return "privacy" + rest
        case "returnedFields": return "update.training-loss"
        case "optimizer" where rest == ".learningRate": return "strategy.optimizer.rate"
        case "weighting", "optimizer", "options": return "strategy." + key
        default: return "strategy.options." + key
        }
    }
}
