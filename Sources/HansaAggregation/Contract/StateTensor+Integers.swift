/// Integers as a state's floats: each is three digits to the base 2²², which float32 holds exactly.
///
/// For sums whose every unit counts. The sign is that of the highest digit; magnitudes are below 2⁶³.
extension StateTensor {
    private static var digitBits: Int64 { 22 }

    init(name: String, integers: [Int64]) {
        var values: [Float] = []
        values.reserveCapacity(3 * integers.count)
        let mask = (Int64(1) << Self.digitBits) - 1
        for integer in integers {
            values.append(Float(integer & mask))
            values.append(Float((integer >> Self.digitBits) & mask))
            values.append(Float(integer >> (2 * Self.digitBits)))
        }
        self.init(name: name, values: values)
    }

    /// The integers; nil where the values are none.
    var integers: [Int64]? {
        guard values.count % 3 == 0 else { return nil }
        var integers: [Int64] = []
        integers.reserveCapacity(values.count / 3)
        let base = Float(Int64(1) << Self.digitBits)
        for start in stride(from: 0, to: values.count, by: 3) {
            let (low, middle, high) = (values[start], values[start + 1], values[start + 2])
            guard low >= 0, low < base, middle >= 0, middle < base, let low = Int64(exactly: low),
                let middle = Int64(exactly: middle), let high = Int64(exactly: high), abs(high) < 1 << 19
            else { return nil }
            integers.append(high << (2 * Self.digitBits) | middle << Self.digitBits | low)
        }
        return integers
    }
}
