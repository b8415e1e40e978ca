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
            A device charges an update before its first byte leaves, a coordinator when it has received it: so for each \
            update and model that the coordinator charged for this client, the device's ledger has a charge of the same \
            run, assignment and payload digest, at the same cost or more. Charges for other runs, or for bytes that were \
            lost or drawn anew, make up for none.

            For example: hansa-client ledger --config hospital-a.conf --json > a.jsonl
              hansa ledger compare --state-dir state hospital-a=a.jsonl

            Verdicts: ok; LESS, updates arrived that the device did not charge; UNKNOWN, so many have no line, but the \
            device's ledger has updates of unknown cost or goes on from files that are gone; CHANGED, the device's lines \
            are no chain, or its sums are not theirs; OTHER CLIENT, the ledger is not of the client named. The chain is no \
            signature: whoever writes all of the file can write another.

            Exit status: 0 ok for every client named; 64 a client that the run does not have; 65 another verdict, or a \
            ledger that cannot be read; 66 there is no such file; 74 reading failed; 75 a running coordinator has the \
            folder.
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

    @Flag(help: "Print JSON.")
    var json = false

    private static let heading = [
        "client", "charged", "to match", "matched", "rho", "coordinator's", "epsilon", "coordinator's", "",
    ]

    /// What is printed.
    private struct Report: Encodable {
        let holds: Bool
        let delta: Double?
        let clients: [LedgerComparison]
    }

    func run() async throws {
        let report = try await reporting { () throws(CommandFailure) in try compare() }
        if json { try printJSON(report) } else { print(Self.table([Self.heading] + report.clients.map(Self.row))) }
        guard report.holds else {
            try await reporting { () throws(CommandFailure) in
                let reasons = report.clients.compactMap { row in row.reason.map { "\(row.client): \($0)" } }
                throw CommandFailure(.data, reasons.joined(separator: "; ") + ".")
            }
            return
        }
        if !json { print("each device charged itself at least what the coordinator charged for it") }
    }

    private func compare() throws(CommandFailure) -> Report {
        let roster: [String]
        let ledger: PrivacyLedger
        do throws(StoreError) {
            let reader = try StateReader(folder: stateDir)
            roster = try reader.roster()
            ledger = try PrivacyLedger(reader, folder: stateDir)
        } catch {
            throw CommandFailure(reading: error, folder: stateDir)
        }
        let state = ledger.state
        let clientCount = max(UInt32(clamping: roster.count), state?.terms.clientCount ?? 0)
        var named: [(name: String, client: ClientID, file: String)] = []
        for argument in devices {
            guard let equals = argument.firstIndex(of: "=") else {
                throw CommandFailure(.usage, "\(argument): expected CLIENT=FILE, such as hospital-a=a.jsonl.")
            }
            let name = String(argument[..<equals])
            guard let number = roster.firstIndex(of: name).map({ UInt32(clamping: $0) }) ?? UInt32(name),
                number < clientCount
            else {
                throw CommandFailure(
                    .usage,
                    "\(name): got no client of this run, expected a name of its roster or a number below \(clientCount)."
                )
            }
            named.append((name, ClientID(number), String(argument[argument.index(after: equals)...])))
        }
        let claims = CoordinatorClaim.claims(of: Set(named.map(\.client.number)), in: ledger.lines)
        var rows: [LedgerComparison] = []
        for (name, client, file) in named {
            // One device's ledger is in memory at a time.
            rows.append(
                LedgerComparison(
                    client: name,
                    id: client,
                    device: try DeviceLedger(file: file, run: state?.terms.run),
                    claim: claims[client.number] ?? CoordinatorClaim(),
                    state: state
                )
            )
        }
        return Report(holds: rows.allSatisfy { $0.verdict == .ok }, delta: state?.terms.delta, clients: rows)
    }

    private static func row(_ row: LedgerComparison) -> [String] {
        let verdict =
            switch row.verdict {
            case .ok: "ok"
            case .less: "LESS"
            case .unknown: "UNKNOWN"
            case .changed: "CHANGED"
            case .otherClient: "OTHER CLIENT"
            }
        return [
            row.client, "\(row.charged)", "\(row.received)", "\(row.matched)", short(row.deviceRho ?? .infinity),
            short(row.coordinatorRho), row.deviceEpsilon, row.coordinatorEpsilon, verdict,
        ]
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
