import ArgumentParser
import Foundation
import HansaAccounting
import HansaCoordinator
import HansaCore
import HansaSimulation
import HansaStore

/// `hansa ledger verify`: computes a privacy ledger again from its own lines.
struct LedgerVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compute every hash, cost, sum and epsilon of a privacy ledger again from its lines.",
        discussion: """
            FILE is what `hansa ledger export` printed, seal and all. It is checked without the state folder: each line \
            is made again from what it says was released and from the lines before it, and compared byte by byte. The \
            seal is no signature, so whoever rewrites the whole file can seal it anew: compare the digest that is \
            printed here with the one that the coordinator's owner gave you.

            Exit status: 0 the ledger holds; 65 it does not, and the first line that is broken; 66 there is no such \
            file; 74 reading failed; 75 a running coordinator has the folder.
            """
    )

    @Argument(help: "An exported ledger.", completion: .file())
    var file: String?

    @Option(help: "Check the ledger of this state folder instead.", completion: .directory)
    var stateDir: String?

    @Flag(help: "Print JSON; what is broken is said on standard error, with the exit status.")
    var json = false

    /// What is printed.
    private struct Report: Encodable {
        let holds: Bool
        let lines: UInt64
        /// Null for an empty ledger.
        let semanticDigest: String?

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(holds, forKey: .holds)
            try container.encode(lines, forKey: .lines)
            try container.encode(semanticDigest, forKey: .semanticDigest)
        }

        private enum CodingKeys: String, CodingKey {
            case holds, lines, semanticDigest
        }
    }

    func validate() throws {
        guard (file == nil) != (stateDir == nil) else {
            throw ValidationError("Name an exported ledger or a folder with --state-dir, one of both.")
        }
    }

    func run() async throws {
        let state = try await reporting { () throws(CommandFailure) in
            if let stateDir { return try Self.verify(folder: stateDir) }
            return try Self.verify(file: file ?? "")
        }
        if json {
            return try printJSON(
                Report(holds: true, lines: state?.lineCount ?? 0, semanticDigest: state?.semanticDigest.hexadecimal)
            )
        }
        guard let state else { return print("the ledger is empty: nothing was released yet") }
        print("the ledger holds: \(state.lineCount) lines, digest \(state.semanticDigest.hexadecimal)")
    }

    private static func verify(folder: String) throws(CommandFailure) -> LedgerState? {
        do throws(StoreError) {
            return try PrivacyLedger(try StateReader(folder: folder), folder: folder).state
        } catch {
            throw CommandFailure(reading: error, folder: folder)
        }
    }

    private static func verify(file: String) throws(CommandFailure) -> LedgerState? {
        let handle = try LineFile.open(file, expected: "what `hansa ledger export` printed")
        try? handle.close()
        let content: Data
        do {
            content = try Data(contentsOf: URL(fileURLWithPath: file), options: .mappedIfSafe)
        } catch {
            throw CommandFailure(.io, "\(file) cannot be read: \(LineFile.words(error))")
        }
        do throws(LedgerError) {
            return try LedgerVerifier.verify(file: content).state
        } catch {
            throw CommandFailure(.data, "\(file), \(error.text)")
        }
    }
}
