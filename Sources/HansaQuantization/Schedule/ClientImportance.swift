#if !hasFeature(Embedded)
import HansaNumerics

/// How much AQ-DP's client scheduler thinks of a client: α = w_h · H/H_max + w_s · n/n_max.
///
/// H is the Shannon entropy of the client's labels, H_max that of all classes alike, n its sample count and n_max the
/// largest of the round. Whoever sees a width that follows from α learns of H and n: outside names that begin with
/// `Insecure`, it may only be computed of public or charged values (PRIVACY.md, section 7).
public struct ClientImportance: Hashable, Sendable {
    /// w_h.
    public let homogeneityWeight: Double
    /// w_s.
    public let sizeWeight: Double

    /// Half and half.
    public static let standard = Self(unchecked: 0.5, 0.5)

    /// Refuses weights below 0, and such that α could exceed 1.
    public init(homogeneityWeight: Double, sizeWeight: Double) throws(QuantizationError) {
        guard homogeneityWeight >= 0, sizeWeight >= 0, homogeneityWeight + sizeWeight <= 1 else {
            throw .invalidSchedule
        }
        self.init(unchecked: homogeneityWeight, sizeWeight)
    }

    private init(unchecked homogeneityWeight: Double, _ sizeWeight: Double) {
        self.homogeneityWeight = homogeneityWeight
        self.sizeWeight = sizeWeight
    }

    /// α, from 0 to 1.
    ///
    /// - Parameters:
    ///   - homogeneity: H/H_max; see ``homogeneity(ofLabelCounts:)``.
    ///   - sampleCountMax: n_max; a client that has more counts as one that has as many.
    public func value(homogeneity: Double, sampleCount: Int, sampleCountMax: Int) -> Double {
        let size = Double(min(max(sampleCount, 0), max(sampleCountMax, 1))) / Double(max(sampleCountMax, 1))
        let limited = homogeneity.isFinite ? min(max(homogeneity, 0), 1) : 0
        return min(max(homogeneityWeight * limited + sizeWeight * size, 0), 1)
    }

    /// H/H_max of a histogram over all classes, from 0 for one class to 1 for all alike; 0 where there is one class or
    /// no label.
    ///
    /// The released code's −Σ p log₂(p + 1e-10) over log₂ of the number of classes.
    public static func homogeneity(ofLabelCounts counts: [Int]) -> Double {
        let total = counts.reduce(0.0) { $0 + Double(max($1, 0)) }
        guard counts.count >= 2, total > 0 else { return 0 }
        var entropy = 0.0
        for count in counts where count > 0 {
            let share = Double(count) / total
            entropy -= share * DeterministicMath.log(share + 1e-10)
        }
        return min(max(entropy / DeterministicMath.log(Double(counts.count)), 0), 1)
    }
}
#endif
