internal import CHansaKernels
import HansaNumerics

/// Independent stochastic rounding, repeated until the L2 norm of the integers is within a bound.
///
/// With c = clip / step and d coordinates, a try is accepted where |q|₂² ≤ K₂², for
///
///     K₂² = min{ (c + √d)², c² + d/4 + √(2 ln(1/β)) · (c + √d/2) }
///
/// of Kairouz, Liu, Steinke 2021 ("The distributed discrete Gaussian mechanism", equation 7 of the rounding section);
/// β = e^(-1/2) by default, so that a try fails with probability at most e^(-1/2) and the root is 1. After
/// ``tryCount`` failures every coordinate is rounded toward zero, which cannot enlarge the norm. The ledger's sensitivity
/// is K₂, not c (PRIVACY.md §2).
///
/// Every call does the work of all tries and the last resort, whichever is taken, so that its time does not tell. The
/// vector is clipped to c in Double before the tries; should Double's rounding leave the last resort above K₂², zeros
/// are sent: |q|₂² ≤ K₂² holds for every input, because it is the exact integer norm that is compared.
///
/// **Bias.** A try has mean w = x / step, x clipped, and fails with a probability p ≤ β. As the means over accepted and
/// failed tries average to w, E[q | accepted] − w = p / (1 − p) · (w − E[q | failed]), whose norm is at most
/// β / (1 − β) · √d, because no coordinate moves by more than one. The last resort, with probability β^R at most, is off by
/// at most √d. So |E[q] − w|₂ ≤ ``biasMax``; far from the bound p is 0 and nothing is biased.
public struct ConditionalRounding: Hashable, Sendable {
    /// How many tries are made by default: all fail with probability below e^-4 for the default β, and far less often
    /// for real vectors, whose norms concentrate.
    public static let tryCountDefault = 8
    /// The largest √d/2 in units of c.
    public static let coarsenessMax = 0.1

    /// d.
    public let count: Int
    /// The clip bound on the parameters.
    public let clip: Double
    /// The lattice's own step, in units of the parameters.
    public let step: Double
    /// How many tries are made.
    public let tryCount: Int
    /// ⌊K₂²⌋, exact: a sum of squared integers within K₂² is within its floor.
    public let boundSquared: UInt64
    private let logInverseBeta: Double

    /// (β / (1 − β) + β^R) · √d: the most that the mean of the integers may be off in L2 norm, in steps.
    public var biasMax: Double {
        let beta = DeterministicMath.exp(-logInverseBeta)
        let lastResort = DeterministicMath.exp(-logInverseBeta * Double(tryCount))
        return (beta / (1 - beta) + lastResort) * Double(count).squareRoot()
    }

    /// Refuses a step so coarse that rounding could add more than a tenth of the clip bound, and a clip bound of 2^31
    /// steps or more.
    ///
    /// - Parameter logInverseBeta: ln(1/β), above zero.
    public init(
        count: Int,
        clip: Double,
        step: Double,
        logInverseBeta: Double = 0.5,
        tryCount: Int = tryCountDefault
    ) throws(QuantizationError) {
        try PackedLayout.check(count: count)
        guard clip.isFinite, clip > 0, tryCount >= 1, tryCount <= 64 else { throw .invalidClip }
        guard logInverseBeta.isFinite, logInverseBeta > 0 else { throw .invalidClip }
        guard step.isFinite, step > 0, (1 / step).isFinite else { throw .invalidLattice }
        let ratio = clip / step
        let root = Double(count).squareRoot()
        guard root / 2 <= Self.coarsenessMax * ratio else {
            throw .stepTooCoarse(stepMax: Self.coarsenessMax * 2 * clip / root)
        }
        guard ratio < 0x1p31 - 1 else { throw .boundExceedsWidth(bound: Int64(1) << 31, bits: 32) }
        let wide = (ratio + root) * (ratio + root)
        let narrow =
            ratio * ratio + Double(count) / 4 + (2 * logInverseBeta).squareRoot() * (ratio + root / 2)
        self.count = count
        self.clip = clip
        self.step = step
        self.tryCount = tryCount
        self.logInverseBeta = logInverseBeta
        self.boundSquared = UInt64(min(wide, narrow))
    }

    /// Rounds a vector of ``count`` coordinates to integers with |q|₂² ≤ ``boundSquared``; also says whether it was
    /// clipped.
    ///
    /// - Parameter key: Opens the random bits of all tries; another vector needs another key.
    public func round(_ x: [Float], key: UInt64) throws(QuantizationError) -> (values: [Int32], wasClipped: Bool) {
        guard x.count == count else { throw .wrongCount(got: x.count, expected: count) }
        guard count > 0 else { return ([], false) }
        let norm = x.withUnsafeBufferPointer { hansa_norm_l2_squared($0.baseAddress, $0.count) }.squareRoot()
        guard norm.isFinite else { throw .notFinite }
        let wasClipped = norm > clip
        let inverseStep = wasClipped ? clip / norm / step : 1 / step
        // The last resort first, and zeros should even it not fit; an accepted try then replaces it.
        var values = [Int32](repeating: 0, count: count)
        // |x_i| / step stays below 2^31 because the norm does, whatever the last bits of the factor.
        var candidate = x.map { value in
            Int32(max(-0x1p31 + 1, min(0x1p31 - 1, Double(value) * inverseStep)))
        }
        Self.take(candidate, into: &values, if: fits(candidate))
        var found = false
        for attempt in 0..<tryCount {
            var saturated: UInt64 = 0
            x.withUnsafeBufferPointer { x in
                candidate.withUnsafeMutableBufferPointer { candidate in
                    // Finite, as the norm is.
                    _ = hansa_quantize(
                        x.baseAddress,
                        x.count,
                        inverseStep,
                        Int32.max,
                        key &+ UInt64(attempt) &* 0x9E37_79B9_7F4A_7C15,
                        0,
                        candidate.baseAddress,
                        &saturated
                    )
                }
            }
            let accepted = fits(candidate) && !found
            Self.take(candidate, into: &values, if: accepted)
            found = found || accepted
        }
        return (values, wasClipped)
    }

    private func fits(_ values: [Int32]) -> Bool {
        values.withUnsafeBufferPointer { hansa_norm_l2_squared_exact($0.baseAddress, $0.count) } <= boundSquared
    }

    private static func take(_ candidate: [Int32], into values: inout [Int32], if condition: Bool) {
        candidate.withUnsafeBufferPointer { candidate in
            values.withUnsafeMutableBufferPointer { values in
                hansa_select(condition, candidate.baseAddress, candidate.count, values.baseAddress)
            }
        }
    }
}
