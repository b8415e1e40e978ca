/// The packed layout read and written one bit at a time, straight from its definition.
///
/// Value i of a full group of 512 belongs to lane i mod 16 at position i div 16; a lane's 32 values fill `bits`
/// little-endian 32-bit words, least significant bit first, and word w of lane l is word 16 w + l of the group. The values
/// behind the last full group follow in their order, least significant bit first.
public enum NaivePacking {
    private static let groupCount = 512
    private static let laneCount = 16

    /// How many bytes `count` integers of `bits` bits take.
    public static func byteCount(count: Int, bits: Int) -> Int {
        count / groupCount * groupCount * bits / 8 + (count % groupCount * bits + 7) / 8
    }

    /// The integer of value `index`, its sign extended.
    public static func read(_ bytes: some RandomAccessCollection<UInt8>, at index: Int, count: Int, bits: Int) -> Int64
    {
        var value: Int64 = 0
        for bit in 0..<bits {
            let (byte, shift) = place(ofBit: bit, of: index, count: count, bits: bits)
            let isSet = bytes[bytes.index(bytes.startIndex, offsetBy: byte)] >> shift & 1 == 1
            if isSet { value |= 1 << Int64(bit) }
        }
        return value >> Int64(bits - 1) == 1 ? value - (1 << Int64(bits)) : value
    }

    /// Overwrites value `index` of a section that starts at `start` with the low `bits` bits of `value`.
    public static func write(
        _ value: Int64,
        to bytes: inout [UInt8],
        from start: Int = 0,
        at index: Int,
        count: Int,
        bits: Int
    ) {
        for bit in 0..<bits {
            let (byte, shift) = place(ofBit: bit, of: index, count: count, bits: bits)
            bytes[start + byte] &= ~(1 << shift)
            if value >> Int64(bit) & 1 == 1 { bytes[start + byte] |= 1 << shift }
        }
    }

    private static func place(ofBit bit: Int, of index: Int, count: Int, bits: Int) -> (byte: Int, shift: UInt8) {
        let group = index / groupCount
        let groupStart = group * groupCount * bits / 8
        let within = index % groupCount
        guard group < count / groupCount else {
            let position = within * bits + bit
            return (groupStart + position / 8, UInt8(position % 8))
        }
        let inLane = within / laneCount * bits + bit
        let word = inLane / 32 * laneCount + within % laneCount
        return (groupStart + word * 4 + inLane % 32 / 8, UInt8(inLane % 8))
    }
}
