import ArgumentParser
import CPosix
import HansaResults

/// The command `hansa`: each subcommand is a thin layer over a library.
@main
struct Hansa: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hansa",
        abstract: "Federated learning that can be repeated to the bit.",
        discussion: """
            Start with `hansa simulate Simulations/digits`: 100 clients with a few handwritten digits each train one \
            model together, in seconds.

            Exit status: 0 done; 64 a mistake in a scenario or on the command line; 65 data, a checkpoint or a record \
            is missing or damaged; 66 what was named is not there; 70 a run that cannot go on; 73 an output folder is in use or in the way; 74 reading \
            or writing failed; 130 interrupted.
            """,
        version: "hansa \(HansaVersion.current)",
        subcommands: [
            SimulateCommand.self, CompareCommand.self, ReportCommand.self, ServeCommand.self, VerifyCommand.self,
            LedgerCommand.self,
            DataCommand.self,
            ScenarioCommand.self, StrategiesCommand.self, PrivacyCommand.self,
        ]
    )

    static func main() async {
        // Before a second thread has memory of its own.
        if CommandLine.arguments.dropFirst().first == "serve" { hansa_keep_memory() }
        await main(nil)
    }
}
