public import HansaPrivacy

/// A lower bound on ε or µ from releases of two neighbouring inputs (PRIVACY.md §9).
///
/// The first half of the trials chooses the event: of all statistics, on both sides of thresholds and at single values, and in
/// both directions, the one whose bound is largest, up to events that one input never showed. The second half, which no choice
/// depends on, counts it; the bound is `AuditClaim.ruledOut(likely:unlikely:)` of Clopper and Pearson's bounds at half the
/// significance each. So the bound exceeds the truth with a chance of at most ``significance``, whatever the release is.
public struct TwoPointAudit: Hashable, Sendable {
    /// For checks that run always: one false alarm in a million.
    public static let significanceDefault = 1e-6
    /// Thresholds tried of each statistic, side and direction.
    static let thresholdCountMax = 256
    /// Of these, the outermost values, where one input may be the only one that reaches.
    static let outermostCount = 48
    /// Single values tried of each statistic and direction.
    static let frequentCount = 16

    public let claim: AuditClaim
    public let significance: Double

    /// Refuses a significance that is not in (0, 1/2], and a claim that is not above 0.
    public init(claim: AuditClaim, significance: Double = significanceDefault) throws(PrivacyError) {
        guard significance > 0, significance <= 0.5, claim.value > 0, claim.value.isFinite else {
            throw .invalidRequest
        }
        self.claim = claim
        self.significance = significance
    }

    /// What the samples say; refuses fewer than two trials of an input, or statistics of one input only.
    public func finding(_ samples: AuditSamples) throws(PrivacyError) -> AuditFinding {
        let half = samples.trialCount / 2
        guard half >= 1, samples.plus.count == samples.minus.count else { throw .invalidRequest }
        let event = chosenEvent(samples, trials: 0..<half)
        let first = event.count(in: samples.plus[event.statistic][half..<2 * half])
        let second = event.count(in: samples.minus[event.statistic][half..<2 * half])
        let counts = event.isPlusLikely ? (likely: first, unlikely: second) : (likely: second, unlikely: first)
        return AuditFinding(
            claim: claim,
            lowerBound: bound(likely: counts.likely, unlikely: counts.unlikely, total: half),
            significance: significance,
            event: event,
            likelyCount: counts.likely,
            unlikelyCount: counts.unlikely,
            trialCount: half
        )
    }

    private func bound(likely: Int, unlikely: Int, total: Int) -> Double {
        claim.ruledOut(
            likely: BinomialBound.lower(count: likely, total: total, alpha: significance / 2),
            unlikely: BinomialBound.upper(count: unlikely, total: total, alpha: significance / 2)
        )
    }

    /// The event with the largest bound.
    private func chosenEvent(_ samples: AuditSamples, trials: Range<Int>) -> AuditEvent {
        var chosen = AuditEvent(statistic: 0, comparison: .atLeast, value: 0, isPlusLikely: true)
        var largest = -1.0
        for statistic in samples.plus.indices {
            for isPlusLikely in [true, false] {
                let (likely, unlikely) = samples.sorted(statistic, trials: trials, isPlusLikely: isPlusLikely)
                for (comparison, value) in Self.candidates(likely: likely, unlikely: unlikely) {
                    let event = AuditEvent(
                        statistic: statistic,
                        comparison: comparison,
                        value: value,
                        isPlusLikely: isPlusLikely
                    )
                    let bound = bound(
                        likely: event.count(sorted: likely),
                        unlikely: event.count(sorted: unlikely),
                        total: trials.count
                    )
                    if bound > largest { (largest, chosen) = (bound, event) }
                }
            }
        }
        return chosen
    }

    /// Both sides of every threshold, and the values that were seen most often: where noise was left out, they are its
    /// absence.
    private static func candidates(likely: [Int64], unlikely: [Int64]) -> [(AuditEvent.Comparison, Int64)] {
        let thresholds = thresholds(likely: likely, unlikely: unlikely)
        var counts: [Int64: Int] = [:]
        for value in likely { counts[value, default: 0] += 1 }
        // Ties by value, so that the choice is the same again.
        let frequent = counts.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }.prefix(
            frequentCount
        )
        return thresholds.map { (.atLeast, $0) } + thresholds.map { (.atMost, $0) } + frequent.map { (.equal, $0.key) }
    }

    /// Values that were seen: the outermost of each end, the next beyond those of the other input, and evenly many of the
    /// others.
    private static func thresholds(likely: [Int64], unlikely: [Int64]) -> [Int64] {
        var seen: [Int64] = []
        for value in likely where value != seen.last { seen.append(value) }
        guard seen.count > thresholdCountMax else { return seen }
        var thresholds = Array(seen.prefix(outermostCount) + seen.suffix(outermostCount))
        if let low = unlikely.first, let below = seen.last(where: { $0 < low }) { thresholds.append(below) }
        if let high = unlikely.last, let above = seen.first(where: { $0 > high }) { thresholds.append(above) }
        let count = thresholdCountMax - thresholds.count
        // Evenly many in trials, not in values: where the mass is.
        for index in 1...count { thresholds.append(likely[index * (likely.count - 1) / (count + 1)]) }
        return thresholds
    }
}
