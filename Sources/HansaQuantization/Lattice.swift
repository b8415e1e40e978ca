/// A public grid of integers: a step and a bound that the plan fixes and no data choose.
///
/// A coordinate x becomes an integer q with |q| ≤ ``bound`` that stands for q · 2^``shift`` · ``step``. Lattices with
/// one `step` and different shifts are *nested*: every coarse point is a fine point, so integers of different clients
/// add up exactly in units of the finest step (DESIGN.md, "The lattice"; PRIVACY.md §4).
public struct Lattice: Hashable, Sendable {
    /// The largest shift between nested lattices.
    public static let shiftMax = 30

    /// The finest lattice's step, in units of the parameters: the unit of the sum.
    public let step: Double
    /// How many powers of two coarser this lattice is than the finest.
    public let shift: Int
    /// The largest |q| a client may send.
    public let bound: Int64

    /// This lattice's own step: `step` · 2^`shift`, exact.
    public var ownStep: Double { step * Double(UInt64(1) << UInt64(shift)) }

    /// The largest magnitude that can be represented, in units of the parameters.
    public var range: Double { Double(bound) * ownStep }

    public init(step: Double, shift: Int = 0, bound: Int64) throws(QuantizationError) {
        guard step.isFinite, step > 0, (0...Self.shiftMax).contains(shift), bound >= 1, bound < 1 << 31 else {
            throw .invalidLattice
        }
        let own = step * Double(UInt64(1) << UInt64(shift))
        guard own.isFinite, (own * Double(bound)).isFinite, Float(own) > 0, (1 / own).isFinite else {
            throw .invalidLattice
        }
        self.step = step
        self.shift = shift
        self.bound = bound
    }

    /// The lattice that covers ±`range` with every integer of `width`: step = range / (2^(bits − 1) − 1).
    public init(covering range: Double, width: BitWidth) throws(QuantizationError) {
        guard range.isFinite, range > 0 else { throw .invalidLattice }
        try self.init(step: range / Double(width.magnitudeMax), bound: width.magnitudeMax)
    }

    /// The nested lattice of `width` that covers the range of the finest one, `finest` bits wide, as far as possible.
    ///
    /// Its shift is the difference of the widths, so its own step is the finest step times that power of two.
    public init(covering range: Double, width: BitWidth, nestedIn finest: BitWidth) throws(QuantizationError) {
        guard range.isFinite, range > 0, width <= finest else { throw .invalidLattice }
        try self.init(
            step: range / Double(finest.magnitudeMax),
            shift: finest.bits - width.bits,
            bound: width.magnitudeMax
        )
    }
}
