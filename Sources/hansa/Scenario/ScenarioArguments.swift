import ArgumentParser
import HansaSimulation

/// A scenario and what the command line changes in it.
struct ScenarioArguments: ParsableArguments {
    @Argument(
        help: "A scenario file, or a folder with scenario.yaml in it.",
        completion: .file(extensions: ["yaml", "yml"])
    )
    var scenario: String

    @Option(help: "The seed, in place of the scenario's.")
    var seed: String?

    @Option(help: "The number of rounds, in place of the scenario's.")
    var rounds: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Any key, in place of the scenario's; may be repeated.",
            discussion: "For example --set round.cohort=20 --set 'update.clip={l2: 1.0}'.",
            valueName: "key.path=value"
        )
    )
    var assignments: [String] = []

    /// The scenario with everything resolved that does not need its data.
    ///
    /// - Parameter isNameAllowed: whether the name of a data set stands for a scenario of that data set alone.
    func load(isNameAllowed: Bool = false) throws(CommandFailure) -> Scenario {
        var overrides: [ScenarioOverride] = []
        for assignment in assignments {
            guard let override = ScenarioOverride(assignment: assignment) else {
                throw CommandFailure(
                    .usage,
                    "--set: got \"\(assignment)\", expected a key and a value such as round.cohort=20."
                )
            }
            overrides.append(override)
        }
        if let seed { overrides.append(ScenarioOverride(key: "seed", value: seed, option: "--seed \(seed)")) }
        if let rounds {
            overrides.append(ScenarioOverride(key: "rounds", value: rounds, option: "--rounds \(rounds)"))
        }
        do throws(ScenarioError) {
            return isNameAllowed
                ? try Scenario(pathOrDataset: scenario, overrides: overrides)
                : try Scenario(path: scenario, overrides: overrides)
        } catch {
            throw CommandFailure(error)
        }
    }
}
