import ArgumentParser
import Foundation
import HansaAccounting
import HansaCoordinator
import HansaSimulation
import HansaStore

/// `hansa ledger`: what a coordinator's state folder says of the past.
struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Read a coordinator's ledger.",
        subcommands: [LedgerShowCommand.self, Export.self, LedgerVerifyCommand.self, LedgerCompareCommand.self]
    )

    /// `hansa ledger export`: the ledger as JSON, a line an entry.
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Print the ledger as JSON, a line an entry.",
            discussion: """
                --kind privacy has the privacy ledger: a header, a line for each update with a client's noise that was \
                received (whatever became of it) and for each model that was published, and a seal. Each line has the \
                SHA-256 of the one before it; the seal has the semantic digest, which is equal for the same seeded run \
                over every transport. The seal is no signature: who receives the file checks it with `hansa ledger \
                verify FILE` and keeps its digest apart.

                --kind contributions has a line for each update that was ever made durable, in the order of rounds, \
                attempts and clients: run, round, attempt, client (its number) and name (from the roster, if there is \
                one), assignment (round/attempt/client/fence), payloadDigest (SHA-256), payloadBytes, verdict and, \
                where it counts, version (the first model it is in). Verdicts: counted; received-not-counted, with a \
                reason where the round was given up; pending, for the round in progress. What was refused at the door \
                was never made durable and has no line.

                --kind participation has a line for each finished attempt at a round, as participation.jsonl of \
                `hansa simulate` does: `hansa simulate SCENARIO --replay FILE` computes the same model from it.

                Exit status: 0 done; 65 something is damaged or missing; 74 reading failed; 75 a running coordinator \
                has the folder.
                """
        )

        /// What can be printed.
        enum Kind: String, ExpressibleByArgument, CaseIterable {
            case privacy
            case contributions
            case participation
        }

        @Option(help: "The state folder of a coordinator or of a simulation.", completion: .directory)
        var stateDir: String

        @Option(help: "What to print: privacy, contributions or participation.")
        var kind = Kind.privacy

        func run() async throws {
            try await reporting { () throws(CommandFailure) in
                do throws(StoreError) {
                    let reader = try StateReader(folder: stateDir)
                    switch kind {
                    case .privacy: try write(PrivacyLedger(reader, folder: stateDir).sealedLines)
                    case .contributions:
                        let run = try reader.run()?.hexadecimal ?? ""
                        try write(try reader.contributions().lazy.map { ContributionLine($0, run: run) })
                    case .participation: try write(try reader.participation())
                    }
                } catch {
                    throw CommandFailure(reading: error, folder: stateDir)
                }
            }
        }

        private func write(_ lines: [LedgerLine]) throws(StoreError) {
            do {
                for line in lines { try FileHandle.standardOutput.write(contentsOf: Data(line.bytes + [0x0A])) }
            } catch {
                throw .io(operation: "print the ledger", reason: error.localizedDescription)
            }
        }

        private func write(_ lines: some Sequence<some Encodable>) throws(StoreError) {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            do {
                for line in lines {
                    try FileHandle.standardOutput.write(contentsOf: try encoder.encode(line) + Data([0x0A]))
                }
            } catch {
                throw .io(operation: "print the ledger", reason: error.localizedDescription)
            }
        }
    }
}
