import ArgumentParser
import Foundation
import HansaLearning
import HansaSimulation

/// `hansa data partition`: splits a data set over clients, draws the split and writes it.
struct DataPartitionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "partition",
        abstract: "Split a data set over clients; draw the split, or write one folder a client.",
        discussion: """
            The split is a scenario's, or that of a data set's name with --set, for example:
              hansa data partition digits --set partition.kind=dirichlet --set partition.alpha=0.1 --plot

            --out writes features.npy and labels.npy for each client, the test part, partition.json, and the split \
            itself, which `partition: {kind: file, folder: …}` reads.
            """
    )

    @OptionGroup var arguments: ScenarioArguments
    @OptionGroup var data: DataFolderArguments

    @Option(help: "A new folder for the clients' files.", completion: .directory)
    var out: String?

    @Flag(help: "Print the split, a line a client.")
    var plot = false

    @Option(help: "A file for the split as an SVG picture.", completion: .file(extensions: ["svg"]))
    var svg: String?

    @Flag(name: .shortAndLong, help: "Show no progress.")
    var quiet = false

    func run() async throws {
        let text = try await reporting { () async throws(CommandFailure) in
            let scenario = try arguments.load(isNameAllowed: true)
            let report = try PartitionReport(scenario, data: data.folders)
            if let svg { try report.writeSVG(to: svg) }
            if let out {
                let display = quiet ? nil : FetchDisplay()
                try report.export(to: out) { done, count in display?.show(file: "clients", received: done, total: count)
                }
                display?.finish()
            }
            return plot ? report.plot(isColoured: isatty(STDOUT_FILENO) == 1) : report.summary
        }
        print(text, terminator: "")
    }
}
