import HansaReport

/// The tables a comparison ends with: the figures of each configuration, and the differences to the baseline.
public struct ComparisonTable {
    private typealias Figure = ComparisonOutcome.Figure

    private let result: ComparisonOutcome

    public init(_ result: ComparisonOutcome) { self.result = result }

    /// The comparison as one JSON object on one line.
    public func json() throws(CommandFailure) -> String { try JSONLines.line(result) }

    /// The lines, with the folder that holds the results.
    public func text(folder: String) -> String {
        var text = Self.aligned(figures.head, figures.rows)
        if let differences {
            text += "\n" + differences.caption + "\n" + Self.aligned(differences.head, differences.rows)
        }
        let failed = result.failureCount
        if failed > 0 {
            text +=
                "\n\(failed) \(failed == 1 ? "run" : "runs") came to no end; \(ComparisonRunner.resultFile) says why.\n"
        }
        return text
            + "\nresults  \(folder)/\(ComparisonRunner.resultFile)\nreport   \(folder)/\(ReportFolder.pageFile)\n"
    }

    /// The same tables for the page.
    var reportTables: [ReportTable] { [figures] + [differences].compactMap { $0 } }

    private var figures: ReportTable {
        let target = result.targetAccuracy
        var head = ["configuration", "seeds", "accuracy", "last \(result.lastCount)", "loss"]
        if let target {
            head += ["rounds to \(Self.brief(target))", "bytes to \(Self.brief(target))"]
        }
        let isPrivate = result.configurations.contains { $0.runs.contains { $0.epsilon != nil } }
        head += isPrivate ? ["ε", "bytes up", "seconds"] : ["bytes up", "seconds"]
        let rows = result.configurations.map { configuration in
            let seeds = configuration.runs.count { $0.failure == nil }
            var row = [
                configuration.label,
                seeds == configuration.runs.count ? "\(seeds)" : "\(seeds) of \(configuration.runs.count)",
                Self.cell(configuration.statistic(.accuracy), of: seeds) { Figures.decimal($0, places: 4) },
                Self.cell(configuration.statistic(.lastAccuracy), of: seeds) { Figures.decimal($0, places: 4) },
                Self.cell(configuration.statistic(.loss), of: seeds) { Figures.decimal($0, places: 4) },
            ]
            if target != nil {
                row += [
                    Self.cell(configuration.statistic(.roundsToTarget), of: seeds, none: "never") {
                        Figures.decimal($0, places: 1)
                    },
                    Self.cell(configuration.statistic(.bytesToTarget), of: seeds, none: "never", Self.bytes),
                ]
            }
            if isPrivate {
                let spent = Statistic(configuration.runs.compactMap(\.epsilon))
                let isNominal = configuration.runs.contains { $0.isEpsilonNominal == true }
                row.append(
                    Self.cell(spent, of: seeds) { Figures.decimal($0, places: 2) } + (isNominal ? ", nominal" : "")
                )
            }
            return row + [
                Self.cell(configuration.statistic(.bytesUp), of: seeds, Self.bytes),
                Self.cell(configuration.statistic(.seconds), of: seeds) { Figures.decimal($0, places: 1) },
            ]
        }
        return ReportTable(
            summary: "Configurations",
            caption: "Mean ± standard deviation over the seeds; (n) where only n of them have the figure. Bytes are "
                + "those that all clients sent up.",
            head: head,
            rows: rows
        )
    }

    private var differences: ReportTable? {
        let others = result.configurations.filter { $0.label != result.baseline && !$0.differences.isEmpty }
        guard !others.isEmpty else { return nil }
        let target = result.targetAccuracy
        var head = ["configuration", "pairs", "accuracy", "last \(result.lastCount)", "loss"]
        if let target { head += ["rounds to \(Self.brief(target))", "bytes to \(Self.brief(target))"] }
        let rows = others.map { configuration in
            let pairs = configuration.difference(.accuracy)?.count ?? configuration.difference(.bytesUp)?.count ?? 0
            func cell(_ figure: Figure, _ shown: @escaping (Double) -> String) -> String {
                Self.cell(configuration.difference(figure), of: pairs, isSigned: true, shown)
            }
            var row = [
                configuration.label, "\(pairs)", cell(.accuracy) { Figures.decimal($0, places: 4) },
                cell(.lastAccuracy) { Figures.decimal($0, places: 4) }, cell(.loss) { Figures.decimal($0, places: 4) },
            ]
            if target != nil {
                row += [cell(.roundsToTarget) { Figures.decimal($0, places: 1) }, cell(.bytesToTarget, Self.bytes)]
            }
            return row
        }
        return ReportTable(
            summary: "Differences",
            caption: "Difference to \(result.baseline), seed by seed: mean ± standard error of the mean.",
            head: head,
            rows: rows
        )
    }

    /// Mean and spread: the standard deviation, or where `isSigned` the standard error.
    private static func cell(
        _ statistic: Statistic?,
        of count: Int,
        none: String = "-",
        isSigned: Bool = false,
        _ shown: (Double) -> String
    ) -> String {
        guard let statistic else { return none }
        var text = (isSigned && statistic.mean >= 0 ? "+" : "") + shown(statistic.mean)
        if let spread = isSigned ? statistic.standardError : statistic.standardDeviation {
            text += " ± " + shown(spread)
        }
        if statistic.count != count { text += " (\(statistic.count))" }
        return text
    }

    private static func bytes(_ value: Double) -> String {
        guard abs(value) < 0x1p62 else { return "\(value)" }
        let text = Figures.bytes(Int(abs(value).rounded()))
        return value <= -0.5 ? "-" + text : text
    }

    /// A share as people write it: 0.9, not 0.9000.
    private static func brief(_ value: Double) -> String { "\(value)" }

    /// Columns two spaces apart, the first to the left and the others to the right.
    private static func aligned(_ head: [String], _ rows: [[String]]) -> String {
        let lines = [head] + rows
        let widths = head.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            line.enumerated().map { column, text in
                let space = String(repeating: " ", count: widths[column] - text.count)
                return column == 0 ? text + space : space + text
            }.joined(separator: "  ") + "\n"
        }.joined()
    }
}
