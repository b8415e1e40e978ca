import ArgumentParser
import Foundation
import HansaAggregation
import HansaCoordinator
import HansaCore
import HansaLearning
import HansaNumerics
import HansaQuantization
import HansaSimulation

/// `hansa scenario bytes`: what AQ-DP's schedules communicate, without training.
struct ScenarioBytesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bytes",
        abstract: "Count what a run communicates under AQ-DP's schedules, without training.",
        discussion: """
            The file is a scenario, whose split, rounds and cohort are taken and whose participants are those of its run; \
            or a table of label counts (.csv), a line a client, with participants as the paper's released code draws them. \
            For example:
              hansa scenario bytes Simulations/aq-dp-bytes/cifar-100.csv --cohort 10 --run-rounds 1000

            "paper" is what the paper counts: the sum of d·b/8 over participants, both ways, against 32 bits. "payloads" \
            has headers and scales too; plans, frames and TLS are counted where a run is made (`hansa simulate`).
            """
    )

    @OptionGroup var arguments: ScenarioArguments
    @OptionGroup var data: DataFolderArguments

    @Option(help: "The width of the first round, in bits.")
    var from = 32

    @Option(help: "The width that the last rounds come to, in bits.")
    var to = 8

    @Option(help: "Rounds, for a table of label counts.")
    var runRounds = 1000

    @Option(help: "Participants a round, for a table of label counts.")
    var cohort = 10

    @Option(help: "Parameters of the model, for a table of label counts.")
    var parameters = 1_663_370

    @Flag(help: "Print JSON.")
    var json = false

    private struct Report: Encodable {
        let rounds: Int
        let cohort: Int
        let clients: Int
        let parameters: Int
        let rows: [CommunicationTable.Row]
    }

    func run() async throws {
        let (report, table) = try await reporting { () throws(CommandFailure) in try count() }
        if json { return try printJSON(report) }
        print(
            "\(report.rounds) rounds of \(report.cohort) among \(report.clients) clients, "
                + "\(report.parameters) parameters, \(from) to \(to) bits"
        )
        print(table.text, terminator: "")
    }

    private func count() throws(CommandFailure) -> (Report, CommunicationTable) {
        let (counts, rounds, cohort, model, selection) =
            arguments.scenario.hasSuffix(".csv") ? try tableOfCounts() : try scenario()
        do throws(QuantizationError) {
            let table = try CommunicationTable(
                counts: counts,
                cohort: cohort,
                rounds: rounds,
                schedule: .cosine(from: BitWidth(from), to: BitWidth(to), rounds: rounds),
                statics: [BitWidth(8), BitWidth(12), BitWidth(16)],
                model: model,
                selection: selection
            )
            let report = Report(
                rounds: rounds,
                cohort: cohort,
                clients: counts.rows.count,
                parameters: model.parameterCount,
                rows: table.rows
            )
            return (report, table)
        } catch {
            throw CommandFailure(
                .usage,
                "got \(from) to \(to) bits, \(rounds) rounds and \(cohort) of \(counts.rows.count) clients; expected 2 to "
                    + "32 bits that do not rise, at least 1 round, and 1 to \(counts.rows.count) clients a round."
            )
        }
    }

    private typealias Input = (
        counts: LabelCounts, rounds: Int, cohort: Int, model: CommunicationTable.Model,
        selection: CommunicationTable.Selection
    )

    private func tableOfCounts() throws(CommandFailure) -> Input {
        guard (1...ParameterSchema.parameterCountMax).contains(parameters) else {
            throw CommandFailure(
                .usage,
                "--parameters is \(parameters); expected 1 to \(ParameterSchema.parameterCountMax)."
            )
        }
        guard (1...1_000_000).contains(runRounds), (1...1_000_000).contains(cohort) else {
            throw CommandFailure(.usage, "--run-rounds and --cohort lie between 1 and 1000000.")
        }
        guard let text = try? String(contentsOfFile: arguments.scenario, encoding: .utf8) else {
            throw CommandFailure(.data, "\(arguments.scenario): got no readable text, expected label counts.")
        }
        do throws(LabelCountsError) {
            let counts = try LabelCounts(text: text)
            let model = CommunicationTable.Model(parameterCount: parameters, scaleCount: 0)
            return (counts, runRounds, cohort, model, .released)
        } catch {
            throw CommandFailure(.data, "\(arguments.scenario): \(error.description).")
        }
    }

    private func scenario() throws(CommandFailure) -> Input {
        let scenario = try arguments.load()
        let prepared: PreparedRun
        do throws(ScenarioError) { prepared = try scenario.prepared(data: data.folders) } catch {
            throw CommandFailure(error)
        }
        let specification = prepared.specification
        let counts: LabelCounts
        do {
            counts = try LabelCounts(PartitionSummary(prepared.partition, of: prepared.data.train))
        } catch {
            throw CommandFailure(.data, "the split has no label counts: \(error).")
        }
        var participants: [[Int]] = []
        do throws(SelectionError) {
            for round in 1...specification.roundCount {
                participants.append(try specification.participants(round: round).map { Int($0.number) })
            }
        } catch {
            throw CommandFailure(.configuration, "a round has no cohort: \(error).")
        }
        let model = CommunicationTable.Model(
            parameterCount: specification.schema.count,
            scaleCount: specification.schema.blocks.reduce(0) {
                $0 + ScaleGranularity.outputChannel.groupCount(shape: $1.shape)
            }
        )
        return (counts, Int(specification.roundCount), participants[0].count, model, .drawn(participants))
    }
}
