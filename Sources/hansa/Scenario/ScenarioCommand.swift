import ArgumentParser
import HansaLearning
import HansaSimulation

/// `hansa scenario`: looks at scenario files without running them.
struct ScenarioCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scenario",
        abstract: "Check scenario files, write the plans that they make, and count bytes without training.",
        subcommands: [Check.self, ScenarioPlanCommand.self, ScenarioBytesCommand.self]
    )

    /// `hansa scenario check`: reports every mistake, or prints the scenario with all defaults filled in.
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Report every mistake of a scenario, or print it with all defaults filled in.",
            discussion: "What is printed is a scenario file itself: save it, and it gives the same run."
        )

        @OptionGroup var arguments: ScenarioArguments
        @OptionGroup var data: DataFolderArguments

        @Flag(help: "Check the file alone, without reading its data.")
        var withoutData = false

        func run() async throws {
            let yaml = try await reporting { () throws(CommandFailure) in
                let scenario = try arguments.load()
                if withoutData { return scenario.resolved.yaml }
                do throws(ScenarioError) {
                    return try scenario.prepared(data: data.folders).scenario.yaml
                } catch {
                    throw CommandFailure(error)
                }
            }
            print(yaml, terminator: "")
        }
    }
}
