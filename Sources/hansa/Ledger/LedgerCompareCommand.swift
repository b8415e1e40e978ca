import ArgumentParser
import HansaAccounting
import HansaCoordinator
import HansaCore
import HansaPrivacy
import HansaSimulation
import HansaStore

/// `hansa ledger compare`: what devices say they gave away, beside what the coordinator says it got.
struct LedgerCompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Check that no coordinator received more than the devices charged themselves.",
        discussion: """
            A device charges an update before its first byte leaves, a coordinator when it has received it: so a device's \
            ledger holds at least what the coordinator charged for this client, and more where bytes were lost, drawn \
            anew, or sent to other runs. Less means that noised bytes arrived that the device does not know of.

            For example: hansa-client ledger --config hospital-a.conf --json > a.jsonl
              hansa ledger compare --state-dir state hospital-a=a.jsonl

            Exit status: 0 it is so for every client named; 65 it is not for one, or a ledger is damaged; 66 there is no \
            such file; 74 reading failed; 75 a running coordinator has the folder.
            """
    )

    @Argument(
        help: ArgumentHelp(
            "A client of the roster, or its number, and what its `hansa-client ledger --json` printed.",
            valueName: "client=file"
        )
    )
    var devices: [String]

    @Option(help: "The state folder of the coordinator.", completion: .directory)
    var stateDir: String

    private static let heading = [
        "client", "updates", "coordinator's", "rho", "coordinator's", "epsilon", "coordinator's", "",
    ]

    func run() async throws {
        let (rows, failed) = try await reporting { () throws(CommandFailure) in try compare() }
        print(Self.table([Self.heading] + rows))
        guard failed.isEmpty else {
            try await reporting { () throws(CommandFailure) in
                throw CommandFailure(
                    .data,
                    failed.joined(separator: ", ") + ": got less charged on the device than by the coordinator, or a "
                        + "damaged ledger, expected at least as much."
                )
            }
            return
        }
        print("each device charged itself at least what the coordinator charged for it")
    }

    private func compare() throws(CommandFailure) -> (rows: [[String]], failed: [String]) {
        let roster: [String]
        let state: LedgerState?
        do throws(StoreError) {
            let reader = try StateReader(folder: stateDir)
            roster = try reader.roster()
            state = try PrivacyLedger(reader, folder: stateDir).state
        } catch {
            throw CommandFailure(reading: error, folder: stateDir)
        }
        var rows: [[String]] = []
        var failed: [String] = []
        for argument in devices {
            guard let equals = argument.firstIndex(of: "=") else {
                throw CommandFailure(.usage, "\(argument): expected CLIENT=FILE, such as hospital-a=a.jsonl.")
            }
            let name = String(argument[..<equals])
            guard
                let client = roster.firstIndex(of: name).map({ ClientID(UInt32(clamping: $0)) })
                    ?? UInt32(name).map({ ClientID($0) })
            else {
                throw CommandFailure(.usage, "\(name): got no client of this run, expected a name of its roster.")
            }
            let device = try DeviceLedgerSummary(file: String(argument[argument.index(after: equals)...]))
            let held = state?.account(of: client) ?? LedgerClient()
            // Whoever trusts the coordinator charges what readers of models learn.
            let account = device.trusting > 0 ? held.published : held.sent
            let holds = device.isIntact && device.covers(account)
            if !holds { failed.append(name) }
            let figures = state?.figures(of: client)
            let words = (device.trusting > 0 ? figures?.published : figures?.sent)?.briefWords ?? "0.0"
            rows.append([
                name, "\(device.noised)", "\(account.spending.releaseCount)", Self.short(device.rhoSum),
                Self.short(account.spending.rho), device.epsilon, words, holds ? "ok" : "LESS",
            ])
        }
        return (rows, failed)
    }

    private static func short(_ value: Double) -> String {
        guard value.isFinite, value < 1e12 else { return "unbounded" }
        return "\((value * 1e4).rounded() / 1e4)"
    }

    private static func table(_ rows: [[String]]) -> String {
        let widths = heading.indices.map { column in rows.reduce(0) { max($0, $1[column].count) } + 2 }
        return rows.map { row in
            let line = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined()
            return String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }
}
