/// How large the integer sum of a cohort can become, computed from the plan before the first client is asked.
public struct SumBound: Hashable, Sendable {
    /// The most bits the magnitude of a sum may need.
    public static let bitCountMax = 62

    /// max over lattices of bound · 2^shift, times the largest weight, times the cohort.
    public let magnitudeMax: Int64
    /// The bits of ``magnitudeMax``.
    public let bitCount: Int

    /// Refuses a cohort whose sum could reach 2^62.
    ///
    /// - Parameters:
    ///   - lattices: The lattices that the clients of the round may use, nested in one.
    ///   - weightMax: The largest integer weight of a client.
    ///   - cohort: The most clients whose updates are added.
    public init(lattices: [Lattice], weightMax: Int64, cohort: Int) throws(QuantizationError) {
        guard !lattices.isEmpty, weightMax >= 1 else { throw .invalidLattice }
        guard cohort >= 1 else { throw .wrongCount(got: cohort, expected: 1) }
        // Below 2^31 · 2^30.
        var largest: UInt64 = 0
        for lattice in lattices { largest = max(largest, UInt64(lattice.bound) << UInt64(lattice.shift)) }
        let weighted = largest.multipliedFullWidth(by: UInt64(weightMax))
        let total = weighted.low.multipliedFullWidth(by: UInt64(cohort))
        guard weighted.high == 0, total.high == 0, total.low < 1 << UInt64(Self.bitCountMax) else {
            throw .sumMayOverflow(
                bitsNeeded: Self.bits(largest) + Self.bits(UInt64(weightMax)) + Self.bits(UInt64(cohort))
            )
        }
        magnitudeMax = Int64(total.low)
        bitCount = Self.bits(total.low)
    }

    private static func bits(_ value: UInt64) -> Int { UInt64.bitWidth - value.leadingZeroBitCount }
}
