import Foundation
import HansaCoordinator
import HansaCore
import HansaResults
import HansaServerTransport
import HansaSimulation
import HansaWire

/// The lines of `hansa serve` on standard output: words for people, or one JSON object a line.
struct ServeLines: Sendable {
    let isJSON: Bool
    let showsRounds: Bool
    let specification: RunSpecification

    /// How many clients a summary in words names.
    private static let namedClientCountMax = 20

    /// Clients may connect.
    func ready(address: String, round: UInt32, version: UInt64) {
        let run = specification.run.hexadecimal
        isJSON
            ? write(Ready(address: address, run: run, round: round, version: version))
            : write("ready \(address) run \(run) round \(round) version \(version)")
    }

    /// An attempt at a round ended.
    func round(_ attempt: ServeMonitor.Attempt, evaluation: EvaluationSummary?, traffic: TrafficReport) {
        guard showsRounds else { return }
        let record = attempt.record
        var line = Round(
            round: record.round,
            attempt: record.attempt,
            outcome: "committed",
            selected: record.selected.count,
            counted: record.accepted.count,
            accuracy: evaluation?.accuracy,
            loss: evaluation?.meanLoss,
            trainingLoss: attempt.trainingLoss,
            sent: Bytes(traffic.sent),
            received: Bytes(traffic.received)
        )
        switch record.outcome {
        case .committed(let version, let digest): (line.version, line.model) = (version, digest)
        case .aborted(let reason): line.outcome = reason.rawValue
        }
        isJSON ? write(line) : write(line.text(roundCount: specification.roundCount))
    }

    /// The run ends before its last round: one more would spend privacy that it does not have.
    func stopped(_ stop: BudgetStop) {
        isJSON ? write(Stopped(round: stop.round, reason: stop.description)) : write("stopped: \(stop)")
    }

    /// The process ends.
    func summary(
        totals: ServeTotals,
        checkpoint: Checkpoint,
        stop: BudgetStop?,
        evaluation: EvaluationSummary?,
        traffic: TrafficReport,
        restartCount: Int,
        counted: [UInt32: Int]
    ) {
        let line = Summary(
            run: specification.run.hexadecimal,
            rounds: checkpoint.round,
            aborted: totals.abortedCount,
            stopped: stop?.description,
            isFinished: checkpoint.round == specification.roundCount,
            accuracy: evaluation?.accuracy,
            loss: evaluation?.meanLoss,
            version: checkpoint.version,
            model: checkpoint.modelDigest.hexadecimal,
            restarts: restartCount,
            sent: Bytes(traffic.sent),
            received: Bytes(traffic.received),
            float32Sent: totals.floatByteCountDown,
            float32Received: totals.floatByteCountUp,
            contributions: (0..<specification.population).map { counted[$0] ?? 0 }
        )
        isJSON ? write(line) : write(line.text(namedClientCountMax: Self.namedClientCountMax))
    }

    private func write(_ value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if let data = try? encoder.encode(value) { write(String(decoding: data, as: UTF8.self)) }
    }

    /// A line at once; a reader that went away is no reason to end a run.
    private func write(_ line: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
    }
}

/// Bytes of whole frames by class, since this process began.
struct Bytes: Encodable {
    let training: UInt64
    let liveness: UInt64
    let repeated: UInt64

    init(_ counts: ByteCounts) { (training, liveness, repeated) = (counts.training, counts.liveness, counts.repeated) }

    var text: String { "\(training) training, \(liveness) liveness, \(repeated) repeated" }
}

private struct Ready: Encodable {
    var event = "ready"
    var address: String
    var run: String
    var round: UInt32
    var version: UInt64
}

private struct Stopped: Encodable {
    var event = "stopped"
    /// The round that was not started.
    var round: UInt32
    var reason: String
}

private struct Round: Encodable {
    var event = "round"
    var round: UInt32
    var attempt: UInt32
    var outcome: String
    var selected: Int
    var counted: Int
    var version: UInt64?
    var model: String?
    var accuracy: Double?
    var loss: Double?
    var trainingLoss: Double?
    var sent: Bytes
    var received: Bytes

    func text(roundCount: UInt32) -> String {
        var parts = ["round \(round)/\(roundCount)", "counted \(counted)/\(selected)"]
        if outcome != "committed" { parts.append("given up: \(outcome)") }
        if let accuracy { parts.append("accuracy \(rounded(accuracy))") }
        if let loss { parts.append("loss \(rounded(loss))") }
        parts.append("training bytes up \(received.training) down \(sent.training)")
        return parts.joined(separator: "  ")
    }
}

private struct Summary: Encodable {
    var event = "summary"
    var run: String
    var rounds: UInt32
    var aborted: Int
    /// Why there was no further round, where the privacy budget ended the run.
    var stopped: String?
    var isFinished: Bool
    var accuracy: Double?
    var loss: Double?
    var version: UInt64
    var model: String
    var restarts: Int
    var sent: Bytes
    var received: Bytes
    /// What the training payloads would take as float32.
    var float32Sent: UInt64
    var float32Received: UInt64
    /// How often each client was counted, by its number.
    var contributions: [Int]

    func text(namedClientCountMax: Int) -> String {
        var parts = ["\(isFinished ? "finished" : "stopped") after \(rounds) rounds, \(aborted) attempts given up"]
        if let stopped { parts.append(stopped) }
        if let accuracy { parts.append("accuracy \(rounded(accuracy))") }
        parts += [
            "version \(version)", "model \(model)", "restarts \(restarts)",
            "up \(received.text) bytes (float32 \(float32Received))",
            "down \(sent.text) bytes (float32 \(float32Sent))",
        ]
        let named = contributions.prefix(namedClientCountMax).map { "\($0)" }.joined(separator: " ")
        let rest = contributions.count - min(contributions.count, namedClientCountMax)
        parts.append("contributions \(named)" + (rest > 0 ? " and of \(rest) more clients" : ""))
        return parts.joined(separator: "; ")
    }
}

private func rounded(_ value: Double) -> String { String(format: "%.4f", value) }
