import ArgumentParser
import HansaReport
import HansaSimulation

/// `hansa report`: makes the page and the pictures of finished runs again, or lays several runs over each other.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Make report.html and plots/ of a run's results, or of several runs beside each other.",
        discussion: """
            Of one folder, the report is made from scenario.yaml, metrics.jsonl, partition.json and result.json, into the \
            folder itself unless --output names another; it is byte for byte the one that the run wrote. A run that is \
            not at its end has a report too. Of several folders, their curves are laid over each other on a page in \
            --output.

            Exit status: 0 done; 64 a mistake on the command line; 65 a file is damaged; 66 a folder has no results; \
            74 writing failed.
            """
    )

    @Argument(help: "Result folders of `hansa simulate`.", completion: .directory)
    var folders: [String]

    @Option(help: "The folder for the report; that of the run unless stated.", completion: .directory)
    var output: String?

    func validate() throws {
        if folders.isEmpty { throw ValidationError("got no result folder, expected one or several.") }
        if folders.count > 1, output == nil {
            throw ValidationError("got \(folders.count) result folders, expected --output with them.")
        }
    }

    func run() async throws {
        let folder = output ?? folders[0]
        try await reporting { () throws(CommandFailure) in
            do throws(ReportError) {
                if folders.count == 1 {
                    try ReportFolder.write(of: folders[0], to: folder)
                } else {
                    try ReportFolder.write(comparing: folders, to: folder)
                }
            } catch {
                throw CommandFailure(error)
            }
        }
        print("\(folder)/\(ReportFolder.pageFile)")
    }
}
