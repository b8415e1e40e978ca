import ArgumentParser
import HansaAccounting
import HansaCoordinator
import HansaSimulation
import HansaStore

/// `hansa ledger show`: what is spent, and against whom, in plain words.
struct LedgerShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Say in plain words what privacy was spent, and against whom.",
        discussion: """
            Every line of the ledger is checked first. The unit is one client's whole contribution to a round, and the \
            relation is replace-one.

            Exit status: 0 done; 65 the ledger is damaged; 74 reading failed; 75 a running coordinator has the folder.
            """
    )

    @Option(help: "The state folder of a coordinator or of a simulation.", completion: .directory)
    var stateDir: String

    @Flag(help: "Also list every client that has spent anything.")
    var clients = false

    func run() async throws {
        let ledger = try await reporting { () throws(CommandFailure) in
            do throws(StoreError) {
                return try PrivacyLedger(try StateReader(folder: stateDir), folder: stateDir)
            } catch {
                throw CommandFailure(reading: error, folder: stateDir)
            }
        }
        print(PrivacyLedgerText(ledger).text(listsClients: clients))
    }
}
