import ArgumentParser
import Foundation
import HansaAggregation
import HansaCoordinator
import HansaCore
import HansaLearning
import HansaNumerics
import HansaSimulation

/// `hansa scenario plan`: what a round's clients are asked, in the files that `hansa-client policy check` takes.
struct ScenarioPlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Write a round's plan and its model's schema, for `hansa-client policy check`.",
        discussion: """
            The plan is the one of the round's first attempt. It names no model, which is not known before the run: nothing \
            that a policy judges depends on it.

            For example: hansa scenario plan Simulations/digits-16-private --round 1 --out plan
              hansa-client policy check plan/plan.bin --schema plan/schema.bin --config client.conf

            Where a round has several roles there is a plan-ROLE.bin for each. Exit status: 0 done; 64 a mistake on the \
            command line; 73 a file is there already or cannot be written; 78 a mistake in the scenario.
            """
    )

    @OptionGroup var arguments: ScenarioArguments
    @OptionGroup var data: DataFolderArguments

    @Option(help: "The round, from 1.")
    var round: UInt32 = 1

    @Option(help: "The folder for plan.bin and schema.bin; made where there is none.", completion: .directory)
    var out: String

    func run() async throws {
        try await reporting { () throws(CommandFailure) in
            for (name, bytes) in try files() {
                let path = out + "/" + name
                do {
                    try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
                    try Data(bytes).write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
                } catch {
                    throw CommandFailure(
                        .output,
                        "cannot write \(path): \(LineFile.words(error)); name a new folder with --out."
                    )
                }
                print("\(path): \(bytes.count) bytes")
            }
        }
    }

    private func files() throws(CommandFailure) -> [(name: String, bytes: [UInt8])] {
        let scenario = try arguments.load()
        let specification: RunSpecification
        do throws(ScenarioError) {
            specification = try scenario.prepared(data: data.folders).specification
        } catch {
            throw CommandFailure(error)
        }
        guard (1...specification.roundCount).contains(round) else {
            throw CommandFailure(.usage, "--round is \(round); expected 1 to \(specification.roundCount).")
        }
        let plans: [ClientRole: RoundPlan]
        do throws(AggregationError) {
            plans = try specification.plans(
                round: round,
                attempt: 0,
                by: specification.strategy,
                model: SHA256Digest(hashing: []),
                modelVersion: 0
            )
        } catch {
            throw CommandFailure(.configuration, "round \(round) has no plan: \(error.description)")
        }
        var files = plans.sorted { $0.key.rawValue < $1.key.rawValue }.map { role, plan in
            (name: plans.count == 1 ? "plan.bin" : "plan-\(role).bin", bytes: plan.canonicalBytes)
        }
        files.append((name: "schema.bin", bytes: specification.schema.canonicalBytes))
        return files
    }
}
