/// What is compared: configurations, each run once for every seed.
public struct ComparisonPlan: Sendable {
    /// One configuration: a scenario and what is different in it.
    public struct Configuration: Sendable {
        /// Its name in tables and pictures, unique in the plan.
        public internal(set) var label: String
        /// The scenario's file or folder.
        public let scenario: String
        let overrides: [ScenarioOverride]
        /// The keys of grid and variant with their values.
        let settings: [String: String]
    }

    /// One run.
    struct Run: Sendable {
        var configuration: Int
        var seed: UInt64
        var scenario: Scenario
    }

    public let configurations: [Configuration]
    let runs: [Run]
    /// The name of the whole: that of the first scenario.
    public let name: String
    /// The number of rounds of all runs.
    public let roundCount: Int

    public var runCount: Int { runs.count }

    /// Joins every scenario with every variant, every point of the grid and every seed, and reads them all.
    ///
    /// - Parameters:
    ///   - scenarios: files, or folders with `scenario.yaml`.
    ///   - overrides: what is different in all of them.
    ///   - seeds: nil for the seed that each scenario states.
    ///   - runCountMax: more runs are taken for a mistake.
    public init(
        scenarios: [String],
        overrides: [ScenarioOverride] = [],
        variants: [SweepVariant] = [],
        axes: [SweepAxis] = [],
        seeds: [UInt64]? = nil,
        runCountMax: Int = 200
    ) throws(CommandFailure) {
        guard !scenarios.isEmpty, seeds?.isEmpty != true else {
            throw CommandFailure(.usage, "got no scenario or no seed to compare, expected at least one of each.")
        }
        try Self.checkNames(variants, axes)
        try Self.checkCount(
            [scenarios.count, max(1, variants.count), seeds?.count ?? 1] + axes.map(\.values.count),
            runCountMax: runCountMax
        )
        var configurations: [Configuration] = []
        let points = Self.points(axes)
        for scenario in scenarios {
            for variant in variants.isEmpty ? [nil] : variants.map({ Optional($0) }) {
                for point in points {
                    let own = (variant?.overrides ?? []) + zip(axes, point).map { $0.override($1) }
                    let parts = [variant?.label].compactMap { $0 } + Self.label(axes, point)
                    configurations.append(
                        Configuration(
                            label: parts.joined(separator: " "),
                            scenario: scenario,
                            overrides: overrides + own,
                            settings: Dictionary(own.map { ($0.key, $0.value) }) { $1 }
                        )
                    )
                }
            }
        }
        var runs: [Run] = []
        var names: [String] = []
        for (index, configuration) in configurations.enumerated() {
            var loaded: [Scenario] = []
            do throws(ScenarioError) {
                if let seeds {
                    for seed in seeds {
                        let given = ScenarioOverride(key: "seed", value: "\(seed)", option: "--seeds \(seed)")
                        loaded.append(
                            try Scenario(path: configuration.scenario, overrides: configuration.overrides + [given])
                        )
                    }
                } else {
                    loaded.append(try Scenario(path: configuration.scenario, overrides: configuration.overrides))
                }
            } catch {
                throw CommandFailure(error)
            }
            names.append(loaded[0].resolved.name)
            runs += loaded.map { Run(configuration: index, seed: $0.resolved.seed, scenario: $0) }
        }
        try Self.checkDistinct(runs, configurations)
        self.configurations = Self.named(configurations, names: names, scenarioCount: scenarios.count)
        self.runs = runs
        name = names.first ?? "comparison"
        roundCount = runs.reduce(0) { $0 + Int($1.scenario.resolved.rounds) }
    }

    private static func checkNames(_ variants: [SweepVariant], _ axes: [SweepAxis]) throws(CommandFailure) {
        var keys = Set<String>()
        for axis in axes where !keys.insert(axis.key).inserted {
            throw CommandFailure(
                .usage,
                "--grid: got the key \(axis.key) twice, expected each once: list all its values after one equals sign."
            )
        }
        if keys.contains("seed") {
            throw CommandFailure(.usage, "--grid: got the key seed, expected --seeds, over which means are taken.")
        }
        var labels = Set<String>()
        for variant in variants where !labels.insert(variant.label).inserted {
            throw CommandFailure(.usage, "--variant: got the name \(variant.label) twice, expected each once.")
        }
        for variant in variants {
            for override in variant.overrides where keys.contains(override.key) {
                throw CommandFailure(
                    .usage,
                    "--variant \(variant.label): got the key \(override.key), which --grid sets too, expected it in one of them."
                )
            }
        }
    }

    private static func checkCount(_ factors: [Int], runCountMax: Int) throws(CommandFailure) {
        var count = 1
        for factor in factors {
            let (product, isOver) = count.multipliedReportingOverflow(by: factor)
            count = isOver ? .max : product
        }
        guard count <= runCountMax else {
            throw CommandFailure(
                .usage,
                "got \(count) runs (\(factors.filter { $0 > 1 }.map { "\($0)" }.joined(separator: " x "))), expected at "
                    + "most \(runCountMax). List fewer values or seeds, or allow them by --max-runs \(count)."
            )
        }
    }

    /// All points of the grid, the last axis fastest; one empty point without axes.
    private static func points(_ axes: [SweepAxis]) -> [[String]] {
        axes.reduce([[]]) { points, axis in points.flatMap { point in axis.values.map { point + [$0] } } }
    }

    /// Each value with the shortest name of its key that no other key has; a strategy's name stands alone.
    private static func label(_ axes: [SweepAxis], _ point: [String]) -> [String] {
        zip(axes, point).map { axis, value in
            if axis.key == "strategy.name" { return value }
            let last = axis.key.split(separator: ".").last.map { String($0) } ?? axis.key
            let isAlone = axes.count { $0.key == last || $0.key.hasSuffix("." + last) } == 1
            return (isAlone && last != "name" ? last : axis.key) + "=" + value
        }
    }

    /// Labels with the scenarios' names where there are several, or nothing else.
    private static func named(
        _ configurations: [Configuration],
        names: [String],
        scenarioCount: Int
    ) -> [Configuration] {
        var named = configurations
        for index in named.indices where scenarioCount > 1 || named[index].label.isEmpty {
            named[index].label = names[index] + (named[index].label.isEmpty ? "" : " " + named[index].label)
        }
        // Scenarios of one name are told apart by their paths.
        let counts = Dictionary(named.map { ($0.label, 1) }, uniquingKeysWith: +)
        for index in named.indices where counts[named[index].label, default: 0] > 1 {
            named[index].label += " (\(named[index].scenario))"
        }
        return named
    }

    private static func checkDistinct(_ runs: [Run], _ configurations: [Configuration]) throws(CommandFailure) {
        var seen: [String: Run] = [:]
        for run in runs {
            guard let earlier = seen.updateValue(run, forKey: run.scenario.resolved.yaml) else { continue }
            func shown(_ run: Run) -> String {
                let configuration = configurations[run.configuration]
                return configuration.label.isEmpty ? configuration.scenario : "\"\(configuration.label)\""
            }
            throw CommandFailure(
                .usage,
                "got the same scenario twice: \(shown(earlier)) and \(shown(run)) with seed \(run.seed); expected "
                    + "configurations that differ. Leave one of them out."
            )
        }
    }
}
