import HansaReport
public import HansaResults

/// The table a run ends with.
public enum ResultTable {
    /// The result as one JSON object on one line.
    public static func json(_ result: RunResult) throws(CommandFailure) -> String { try JSONLines.line(result) }

    /// The lines, with the folder that holds the results.
    public static func text(_ result: RunResult, folder: String) -> String {
        var rows: [(String, String)] = [
            (
                "run",
                "\(result.name), seed \(result.seed): \(result.roundCount) rounds of \(result.cohort) among "
                    + "\(result.clientCount) clients, \(result.parameterCount) parameters"
            )
        ]
        if result.abortedAttemptCount > 0 { rows.append(("given up", "\(result.abortedAttemptCount) attempts")) }
        if let stopped = result.stopped { rows.append(("stopped", stopped)) }
        rows.append(("accuracy", result.accuracy.map { Figures.decimal($0, places: 4) } ?? "no test data"))
        if let loss = result.loss { rows.append(("loss", Figures.decimal(loss, places: 4) + " nats")) }
        let saved = result.savingsFactor.map { ", " + Figures.decimal($0, places: 2) + " times as many" } ?? ""
        rows.append(
            ("bytes up", Figures.bytes(result.bytesUp) + "; as float32 " + Figures.bytes(result.floatBytesUp) + saved)
        )
        if let wire = result.wire { rows += self.rows(of: wire) }
        let coordinates = result.floatBytesUp / 4
        let part = coordinates > 0 ? 100 * Double(result.saturatedCount) / Double(coordinates) : 0
        rows.append(
            (
                "saturated",
                "\(result.saturatedCount) of \(coordinates) coordinates (\(Figures.decimal(part, places: 3)) %)"
            )
        )
        if result.clippedCount > 0 { rows.append(("clipped", "\(result.clippedCount) updates")) }
        if let clients = result.clientRestartCount {
            rows.append(("restarts", "\(result.restartCount) of the coordinator, \(clients) of clients"))
        } else if result.restartCount > 0 {
            rows.append(("restarts", "\(result.restartCount)"))
        }
        if let trace = result.traceHash { rows.append(("trace", trace)) }
        rows += [
            ("digest", result.digest),
            ("rounds/s", Figures.decimal(result.roundsPerSecond, places: 2)),
            (
                "seconds",
                Figures.decimal(result.seconds, places: 2) + " (\(result.threadCount) threads, \(result.kernels))"
            ),
            ("results", folder), ("report", folder + "/" + ReportFolder.pageFile),
        ]
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { name, value in
            name + String(repeating: " ", count: width - name.count + 2) + value
        }.joined(separator: "\n") + "\n"
    }

    /// The frames' bytes by what they were for.
    private static func rows(of wire: WireTraffic) -> [(String, String)] {
        func text(_ direction: WireTraffic.Direction) -> String {
            "training \(direction.training) B, liveness \(direction.liveness) B, repeated \(direction.repeated) B"
        }
        var rows = [
            ("wire up", text(wire.up)),
            ("wire down", text(wire.down)),
            ("counted", "updates that count take \(wire.counted.up) B up and \(wire.counted.down) B down"),
        ]
        if let tls = wire.tls { rows.append(("TLS", "\(tls.up) B up and \(tls.down) B down beside the frames")) }
        return rows
    }
}
