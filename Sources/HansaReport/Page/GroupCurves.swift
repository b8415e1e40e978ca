import HansaResults

/// The mean curve of a group of runs and how far the runs lie around it.
///
/// A round counts where every run of the group has measured it, so that no step of the curve is only a run less.
struct GroupCurves {
    private let rounds: [[Curves.Step]]

    init(_ group: RunGroup) {
        var byRound: [[UInt32: Curves.Step]] = []
        for run in group.runs {
            // Of several attempts at a round the last is the one that counts.
            byRound.append(Dictionary(Curves(run.lines).steps.map { ($0.line.round, $0) }) { $1 })
        }
        let common = byRound.dropFirst().reduce(Set(byRound.first?.keys ?? [:].keys)) { $0.intersection($1.keys) }
        rounds = common.sorted().map { round in byRound.compactMap { $0[round] } }
    }

    func points(_ measure: Curves.Measure, _ axis: Curves.Abscissa) -> [LineChart.Point] {
        values(measure, axis).map { ($0.x, $0.mean) }
    }

    /// One standard deviation to both sides; empty for a single run.
    func band(
        _ measure: Curves.Measure,
        _ axis: Curves.Abscissa
    ) -> [(x: Double, lower: Double, upper: Double)] {
        values(measure, axis).compactMap { value in
            value.deviation.map { (value.x, value.mean - $0, value.mean + $0) }
        }
    }

    private func values(
        _ measure: Curves.Measure,
        _ axis: Curves.Abscissa
    ) -> [(x: Double, mean: Double, deviation: Double?)] {
        rounds.compactMap { steps in
            let xs = steps.compactMap { $0.value(axis) }
            let ys = steps.compactMap { $0.value(measure) }
            guard !steps.isEmpty, xs.count == steps.count, ys.count == steps.count else { return nil }
            let count = Double(steps.count)
            let mean = ys.reduce(0, +) / count
            let squares = ys.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let deviation = steps.count > 1 ? (squares / (count - 1)).squareRoot() : nil
            return (xs.reduce(0, +) / count, mean, deviation)
        }
    }
}
