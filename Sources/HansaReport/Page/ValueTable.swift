import HansaResults

/// The values behind a run's curves, a row a round: columns that say nothing are left out.
struct ValueTable {
    let caption: String
    let head: [String]
    let rows: [[String]]

    private typealias Column = (name: String, text: (Curves.Step) -> String?)

    private static var columns: [Column] {
        [
            ("round", { "\($0.line.round)" }), ("outcome", { $0.line.outcome }),
            ("clients", { $0.line.selectedCount > 0 ? "\($0.line.acceptedCount) of \($0.line.selectedCount)" : nil }),
            ("accuracy", { $0.line.accuracy.map { Numbers.percent($0, places: 2) } }),
            ("loss", { $0.line.loss.map { Numbers.decimal($0, places: 4) } }),
            ("training loss", { $0.line.trainingLoss.map { Numbers.decimal($0, places: 4) } }),
            ("worst tenth", { $0.line.clients.map { Numbers.percent($0.accuracyWorstTenth) } }),
            ("client variance", { $0.line.clients.map { Numbers.brief($0.accuracyVariance) } }),
            ("mean norm", { $0.line.drift.map { Numbers.brief($0.normMean) } }),
            ("largest norm", { $0.line.drift.map { Numbers.brief($0.normMax) } }),
            ("distance", { $0.line.drift?.distance.map { Numbers.brief($0) } }),
            ("ε", { $0.line.epsilon.map { Numbers.brief($0) } }), ("bytes up so far", { Numbers.bytes($0.bytesUp) }),
            ("bytes down so far", { Numbers.bytes($0.bytesDown) }),
            ("wall", { $0.line.seconds > 0 ? Numbers.seconds($0.line.seconds) : nil }),
            ("CPU", { $0.line.cost.map { Numbers.seconds($0.cpu.total) } }),
        ]
    }

    init(_ curves: Curves, rowCountMax: Int) {
        let count = curves.steps.count
        let stride = max(1, (count + rowCountMax - 1) / rowCountMax)
        let steps = curves.steps.enumerated().filter { $0.offset % stride == 0 || $0.offset == count - 1 }.map(
            \.element
        )
        let columns = Self.columns.filter { column in steps.contains { column.text($0) != nil } }
        caption =
            stride == 1
            ? "All \(Numbers.count(count)) lines of metrics.jsonl."
            : "Every \(stride)th of \(Numbers.count(count)) lines and the last; all are in metrics.jsonl."
        head = columns.map(\.name)
        rows = steps.map { step in columns.map { $0.text(step) ?? "" } }
    }
}
