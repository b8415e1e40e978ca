import ArgumentParser
import Foundation
import HansaCoordinator
import HansaSimulation
import HansaStore

/// `hansa verify`: checks a coordinator's state folder from end to end.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a coordinator's state folder: every file, every digest, every count.",
        discussion: """
            Checked are the database's pages and references, every kept model's file, every payload of the round in \
            progress, and that who took part, what was received, what was released and the models tell one story. \
            Nothing is changed; what a crash left over is no finding, since the next start removes it.

            Exit status: 0 all is well; 65 something is damaged or missing, and what; 74 reading failed, or the folder \
            cannot be written to, which its lock needs; 75 a running \
            coordinator has the folder.
            """
    )

    @Option(help: "The state folder of a coordinator or of a simulation.", completion: .directory)
    var stateDir: String

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    func run() async throws {
        let report = try await reporting { () throws(CommandFailure) in
            do throws(StoreError) {
                return try StateReader(folder: stateDir).verify()
            } catch {
                throw CommandFailure(reading: error, folder: stateDir)
            }
        }
        let lines = StateReportText(report)
        print(json ? try lines.json() : lines.text)
    }
}
