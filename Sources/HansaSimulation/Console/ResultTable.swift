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
        rows.append(("accuracy", result.accuracy.map { Figures.decimal($0, places: 4) } ?? "no test data"))
        if let loss = result.loss { rows.append(("loss", Figures.decimal(loss, places: 4) + " nats")) }
        let saved = result.savingsFactor.map { ", " + Figures.decimal($0, places: 2) + " times as many" } ?? ""
        rows.append(
            ("bytes up", Figures.bytes(result.bytesUp) + "; as float32 " + Figures.bytes(result.floatBytesUp) + saved)
        )
        let coordinates = result.floatBytesUp / 4
        let part = coordinates > 0 ? 100 * Double(result.saturatedCount) / Double(coordinates) : 0
        rows.append(
            (
                "saturated",
                "\(result.saturatedCount) of \(coordinates) coordinates (\(Figures.decimal(part, places: 3)) %)"
            )
        )
        if result.clippedCount > 0 { rows.append(("clipped", "\(result.clippedCount) updates")) }
        if result.restartCount > 0 { rows.append(("restarts", "\(result.restartCount)")) }
        if let trace = result.traceHash { rows.append(("trace", trace)) }
        rows += [
            ("digest", result.digest),
            ("rounds/s", Figures.decimal(result.roundsPerSecond, places: 2)),
            (
                "seconds",
                Figures.decimal(result.seconds, places: 2) + " (\(result.threadCount) threads, \(result.kernels))"
            ),
            ("results", folder),
        ]
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { name, value in
            name + String(repeating: " ", count: width - name.count + 2) + value
        }.joined(separator: "\n") + "\n"
    }
}
