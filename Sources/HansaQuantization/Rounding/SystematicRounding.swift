internal import CHansaKernels

/// Rounding with one random offset for the whole vector, which keeps the L1 norm of the integers within a bound.
///
/// With w_i = |x_i| / step, prefix sums S_i = w_1 + … + w_i and one uniform u, q_i = ⌊S_i + u⌋ − ⌊S_{i−1} + u⌋ with the
/// sign of x_i. Each coordinate is unbiased, and no draw is ever repeated (PRIVACY.md §2).
///
/// **The bound.** Let K = ⌊clip / step⌋. The w_i are integers in units of 2^-F, F = 62 − (bits of K), rounded down. Where
/// their sum W exceeds K · 2^F, each is replaced by ⌊w_i · r / 2^64⌋ with r ≤ 2^64 · K · 2^F / W, so that their sum is
/// at most K · 2^F: the clip happens in the fixed-point domain and no rounding of Float or Double can undo it. As u < 1,
/// |q|₁ = ⌊S_d + u⌋ ≤ K for every input, and |q|₁ is ⌊S_d⌋ or ⌈S_d⌉. Sums stay below 2^62 + 2^61, so nothing
/// overflows. The bias of one coordinate from rounding down is below 2^-31 steps, and a vector at the clip itself is
/// scaled by at most one step's worth where clip / step is no integer.
public struct SystematicRounding: Hashable, Sendable {
    /// K: the largest sum of |q_i|, which is the ledger's sensitivity in units of the step.
    public let bound: Int64
    /// The lattice's own step, in units of the parameters.
    public let step: Double
    /// F: how many fractional bits the prefix sums have.
    let fractionBits: Int

    /// Refuses a clip bound below one step and one of 2^31 steps or more.
    public init(clip: Double, step: Double) throws(QuantizationError) {
        guard clip.isFinite, clip > 0 else { throw .invalidClip }
        guard step.isFinite, step > 0, (1 / step).isFinite else { throw .invalidLattice }
        let ratio = (clip / step).rounded(.down)
        guard ratio >= 1 else { throw .stepTooCoarse(stepMax: clip) }
        guard ratio < 0x1p31 else {
            throw .boundExceedsWidth(bound: Int64(exactly: ratio) ?? Int64.max, bits: 32)
        }
        self.bound = Int64(ratio)
        self.step = step
        self.fractionBits = 62 - (Int64.bitWidth - self.bound.leadingZeroBitCount)
        guard (1 / step * Double(UInt64(1) << UInt64(fractionBits))).isFinite else { throw .invalidLattice }
    }

    /// Rounds a vector to integers with |q|₁ ≤ ``bound``; also says whether it was clipped.
    ///
    /// - Parameter draw: 64 uniform bits, of which the upper `fractionBits` become u.
    public func round(
        _ x: [Float],
        draw: UInt64
    ) throws(QuantizationError) -> (values: [Int32], wasClipped: Bool) {
        try PackedLayout.check(count: x.count)
        guard !x.isEmpty else { return ([], false) }
        var finite = false
        var clipped = false
        let values = [Int32](unsafeUninitializedCapacity: x.count) { values, initialized in
            x.withUnsafeBufferPointer { x in
                finite = hansa_round_systematically(
                    x.baseAddress,
                    x.count,
                    1 / step,
                    UInt32(fractionBits),
                    UInt64(bound) << UInt64(fractionBits),
                    draw >> UInt64(64 - fractionBits),
                    values.baseAddress,
                    &clipped
                )
            }
            initialized = finite ? x.count : 0
        }
        guard finite else { throw .notFinite }
        return (values, clipped)
    }
}
