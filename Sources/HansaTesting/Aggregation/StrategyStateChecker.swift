public import HansaAggregation

/// Checks that a strategy's state is all that must survive a restart, and that a refused round changes nothing.
///
/// - Parameters:
///   - parameters: The model before the first round.
///   - aggregates: What the rounds report; finite, of the model's size, at least 1.
///   - make: A fresh strategy; called often.
/// - Returns: One violation for each law and round that failed.
public func checkStrategyState(
    parameters: [Float],
    aggregates: [Aggregate],
    make: () throws -> any Strategy
) -> [LawViolation] {
    do {
        var checker = StrategyStateChecker(strategy: try make(), parameters: parameters)
        return try checker.run(aggregates, make: make)
    } catch {
        return [LawViolation("accept", "a strategy, its own state or a finite aggregate was refused: \(error)")]
    }
}

/// One run of ``checkStrategyState(parameters:aggregates:make:)``: a strategy that lives through all rounds.
private struct StrategyStateChecker {
    var strategy: any Strategy
    var parameters: [Float]
    var violations: [LawViolation] = []

    mutating func run(_ aggregates: [Aggregate], make: () throws -> any Strategy) throws -> [LawViolation] {
        for (round, aggregate) in aggregates.enumerated() {
            var restarted = try make()
            try restarted.restore(strategy.state)
            if !Self.isSame(restarted.state, strategy.state) {
                note("round trip", "before round \(round + 1) the restored state is another")
            }
            checkRefusals(of: aggregate, round: round + 1)
            var resumed = parameters
            try restarted.advance(&resumed, by: aggregate)
            try strategy.advance(&parameters, by: aggregate)
            if resumed.map(\.bitPattern) != parameters.map(\.bitPattern) {
                note("round trip", "a restart before round \(round + 1) leads to another model")
            }
            if !Self.isSame(restarted.state, strategy.state) {
                note("round trip", "a restart before round \(round + 1) leads to another state")
            }
            let names = strategy.state.map(\.name)
            if Set(names).count != names.count { note("names", "two vectors of the state carry one name: \(names)") }
        }
        try checkRestores(make: make)
        return violations
    }

    /// An aggregate that would destroy the model, or is for another one.
    private mutating func checkRefusals(of aggregate: Aggregate, round: Int) {
        var bad: [(String, Aggregate)] = []
        for value in [Float.nan, .infinity, -.infinity] where !aggregate.delta.isEmpty {
            var spoilt = aggregate
            spoilt.delta[aggregate.delta.count - 1] = value
            bad.append(("a delta of \(value)", spoilt))
        }
        var long = aggregate
        long.delta.append(0)
        bad.append(("a delta that is too long", long))
        for (name, aggregate) in bad {
            var (tried, model) = (strategy, parameters)
            do {
                try tried.advance(&model, by: aggregate)
                note("refusal", "\(name) moved the model in round \(round)")
            } catch {
                let isModelSame = model.map(\.bitPattern) == parameters.map(\.bitPattern)
                if !isModelSame || !Self.isSame(tried.state, strategy.state) {
                    note("no trace", "\(name) left a trace in round \(round)")
                }
            }
        }
    }

    /// State that is not this strategy's.
    private mutating func checkRestores(make: () throws -> any Strategy) throws {
        let good = strategy.state
        var bad = [("an unknown vector", good + [StateTensor(name: "unknown to every strategy", values: [0])])]
        if let first = good.first {
            var renamed = good
            renamed[0].name += "'"
            bad.append(("a renamed vector", renamed))
            var spoilt = good
            spoilt[0].values[0] = .nan
            bad.append(("a value that is not finite", spoilt))
            if good.count > 1 {
                var cut = good
                cut[0].values.removeLast()
                bad.append(("vectors of two lengths", cut))
                bad.append(("a missing vector", [first]))
            }
        }
        for (name, state) in bad {
            do {
                try strategy.restore(state)
                note("refusal", "\(name) was restored")
            } catch {
                if !Self.isSame(strategy.state, good) { note("no trace", "\(name) left a trace") }
            }
        }
    }

    private static func isSame(_ left: [StateTensor], _ right: [StateTensor]) -> Bool {
        left.map(\.name) == right.map(\.name)
            && left.map { $0.values.map(\.bitPattern) } == right.map { $0.values.map(\.bitPattern) }
    }

    private mutating func note(_ law: String, _ detail: String) {
        violations.append(LawViolation(law, detail))
    }
}
