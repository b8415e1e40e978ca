/// Why a value cannot be quantized, packed, unpacked or planned.
public enum QuantizationError: Error, Equatable, Sendable {
    /// Widths run from 2 to 32 bits.
    case unsupportedWidth(got: Int)
    /// A lattice's step is finite and above zero, its bound at least 1 and below 2^31, its shift 0 to 30.
    case invalidLattice
    /// The bound does not fit the symmetric range of the width.
    case boundExceedsWidth(bound: Int64, bits: Int)
    /// An input is NaN or infinite. The index is not said: it would be private.
    case notFinite
    /// The packed bytes have another length than the plan gives.
    case wrongByteCount(got: Int, expected: Int)
    /// A packed integer is outside the lattice's bound.
    case outsideBound
    /// A padding bit behind the last value is not zero.
    case nonZeroPadding
    /// A clip bound is finite and above zero.
    case invalidClip
    /// The step is too coarse for an L2 bound on this many coordinates: √d/2 exceeds a tenth of clip/step.
    case stepTooCoarse(stepMax: Double)
    /// The sum of a cohort could leave 62 bits.
    case sumMayOverflow(bitsNeeded: Int)
    /// A schedule's widths are out of order, or the round lies outside it.
    case invalidSchedule
    /// A vector has another length than the plan gives.
    case wrongCount(got: Int, expected: Int)
    /// The clip bound lets a coordinate leave the lattice: widen the range or lower the clip.
    case clipExceedsLattice(needed: Int64, bound: Int64)
}
