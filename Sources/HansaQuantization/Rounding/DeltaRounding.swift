internal import CHansaKernels

/// Difference, factor and ``StochasticRounding`` of one section in one pass over the memory.
///
/// Gives the bits of ``FlatVector/difference(_:_:)``, ``FlatVector/scale(_:by:)`` and ``StochasticRounding`` one after the
/// other; only a piece of the difference exists at a time, so a large model needs no third vector of its size.
public struct DeltaRounding {
    /// A piece fits the first cache of a small processor, and begins where a group of the packed layout does.
    private static let pieceCount = 8 * PackedLayout.groupCount

    private let lattice: Lattice
    private let width: BitWidth
    private let key: UInt64

    /// - Parameter key: opens the section's stream of random bits, see ``StochasticRounding``.
    public init(lattice: Lattice, width: BitWidth, key: UInt64) {
        self.lattice = lattice
        self.width = width
        self.key = key
    }

    /// Packs (`local` − `received`) · `factor` over `range`; returns how many coordinates were limited to ±bound.
    ///
    /// - Parameters:
    ///   - range: indices of both vectors, which are as long.
    ///   - bytes: exactly what the packed section takes.
    public func pack(
        local: [Float],
        received: [Float],
        range: Range<Int>,
        factor: Float,
        into bytes: UnsafeMutableBufferPointer<UInt8>
    ) throws(QuantizationError) -> Int {
        guard local.count == received.count, local.indices.contains(range) || range.isEmpty else {
            throw .wrongCount(got: received.count, expected: local.count)
        }
        try PackedLayout.check(count: range.count)
        let expected = PackedLayout.byteCount(count: range.count, width: width)
        guard bytes.count == expected else { throw .wrongByteCount(got: bytes.count, expected: expected) }
        var saturatedCount = 0
        var failure: QuantizationError?
        local.withUnsafeBufferPointer { local in
            received.withUnsafeBufferPointer { received in
                withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.pieceCount) { delta in
                    var done = 0
                    while done < range.count {
                        let count = min(Self.pieceCount, range.count - done)
                        // Bounds: the range was compared with the vectors, the pieces lie within it, and a piece begins
                        // at a whole group, so the bytes of those before it are known.
                        let piece = range.lowerBound + done..<range.lowerBound + done + count
                        let x = UnsafeMutableBufferPointer(rebasing: delta[..<count])
                        hansa_subtract(
                            UnsafeBufferPointer(rebasing: local[piece]).baseAddress,
                            UnsafeBufferPointer(rebasing: received[piece]).baseAddress,
                            count,
                            x.baseAddress
                        )
                        if factor != 1 { hansa_scale(x.baseAddress, count, Double(factor)) }
                        let start = PackedLayout.byteCount(count: done, width: width)
                        let end = start + PackedLayout.byteCount(count: count, width: width)
                        do throws(QuantizationError) {
                            saturatedCount += try StochasticRounding.quantizeAndPack(
                                UnsafeBufferPointer(x),
                                lattice: lattice,
                                width: width,
                                key: key,
                                indexOffset: done,
                                into: UnsafeMutableBufferPointer(rebasing: bytes[start..<end])
                            )
                        } catch {
                            failure = error
                            return
                        }
                        done += count
                    }
                }
            }
        }
        if let failure { throw failure }
        return saturatedCount
    }
}
