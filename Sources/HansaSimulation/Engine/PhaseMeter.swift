import HansaResults

/// Where an attempt's time goes, while it runs.
struct PhaseMeter {
    private var whole = Stopwatch()
    var work = ElapsedTime()
    var aggregation = ElapsedTime()
    var evaluation = ElapsedTime()

    /// The cost of the attempt so far.
    ///
    /// - Parameter encodingShare: encoding's part of the clients' work.
    func cost(encodingShare: Double) -> RoundCost {
        let total = whole.elapsed
        func phases(_ part: KeyPath<ElapsedTime, Double>) -> RoundCost.Phases {
            let known = work[keyPath: part] + aggregation[keyPath: part] + evaluation[keyPath: part]
            return RoundCost.Phases(
                training: work[keyPath: part] * (1 - encodingShare),
                encoding: work[keyPath: part] * encodingShare,
                aggregation: aggregation[keyPath: part],
                evaluation: evaluation[keyPath: part],
                rest: max(0, total[keyPath: part] - known)
            )
        }
        return RoundCost(wall: phases(\.wall), cpu: phases(\.cpu), peakBytes: PeakMemory.bytes)
    }
}
