/// A rational number of unbounded size, for comparing with what doubles round.
///
/// Magnitudes are words of 32 bits, the least first; denominators are powers of two but where a ratio is given.
struct Rational {
    private var numerator: [UInt32]
    private var denominator: [UInt32]

    static let zero = Rational(0)

    init(_ value: Double) {
        precondition(value.isFinite && value >= 0, "a finite magnitude")
        guard value > 0 else {
            (numerator, denominator) = ([], [1])
            return
        }
        let exponent = Int(value.exponent) - 52
        let significand = UInt64(value.significand * 0x1p52)
        numerator = Self.words(UInt128(significand))
        denominator = [1]
        if exponent > 0 { numerator = Self.shifted(numerator, by: exponent) }
        if exponent < 0 { denominator = Self.shifted(denominator, by: -exponent) }
    }

    init(numerator: UInt128, denominator: UInt128) {
        self.numerator = Self.words(numerator)
        self.denominator = Self.words(denominator)
    }

    private init(_ numerator: [UInt32], _ denominator: [UInt32]) {
        (self.numerator, self.denominator) = (numerator, denominator)
    }

    static func + (a: Self, b: Self) -> Self {
        // Denominators that are powers of two are kept at the larger.
        if a.denominator == b.denominator { return Rational(sum(a.numerator, b.numerator), a.denominator) }
        return Rational(
            sum(product(a.numerator, b.denominator), product(b.numerator, a.denominator)),
            product(a.denominator, b.denominator)
        )
    }

    static func * (a: Self, b: Self) -> Self {
        Rational(product(a.numerator, b.numerator), product(a.denominator, b.denominator))
    }

    static func >= (a: Self, b: Self) -> Bool { !(a < b) }

    static func < (a: Self, b: Self) -> Bool {
        let (left, right) = (product(a.numerator, b.denominator), product(b.numerator, a.denominator))
        guard left.count == right.count else { return left.count < right.count }
        for (x, y) in zip(left.reversed(), right.reversed()) where x != y { return x < y }
        return false
    }

    private static func words(_ value: UInt128) -> [UInt32] {
        trimmed((0..<4).map { UInt32(truncatingIfNeeded: value >> UInt128(32 * $0)) })
    }

    private static func trimmed(_ words: [UInt32]) -> [UInt32] {
        var words = words
        while words.last == 0 { words.removeLast() }
        return words
    }

    private static func shifted(_ words: [UInt32], by count: Int) -> [UInt32] {
        let whole = [UInt32](repeating: 0, count: count / 32)
        return whole + product(words, [UInt32(1) << UInt32(count % 32)])
    }

    private static func sum(_ a: [UInt32], _ b: [UInt32]) -> [UInt32] {
        var result: [UInt32] = []
        var carry: UInt64 = 0
        for index in 0..<max(a.count, b.count) {
            let total = UInt64(index < a.count ? a[index] : 0) + UInt64(index < b.count ? b[index] : 0) + carry
            result.append(UInt32(truncatingIfNeeded: total))
            carry = total >> 32
        }
        result.append(UInt32(carry))
        return trimmed(result)
    }

    private static func product(_ a: [UInt32], _ b: [UInt32]) -> [UInt32] {
        var result = [UInt32](repeating: 0, count: a.count + b.count)
        for (i, x) in a.enumerated() {
            var carry: UInt64 = 0
            for (j, y) in b.enumerated() {
                let total = UInt64(x) * UInt64(y) + UInt64(result[i + j]) + carry
                result[i + j] = UInt32(truncatingIfNeeded: total)
                carry = total >> 32
            }
            result[i + b.count] = UInt32(carry)
        }
        return trimmed(result)
    }
}

/// Fixed words for tests (Steele, Lea, Flood 2014, "SplitMix64").
struct TestWords: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    /// A magnitude between 2^-40 and 2^40 with random digits, sometimes few.
    mutating func value() -> Double {
        let digits = next() >> (11 + next() % 50)
        return Double(digits) * Double(sign: .plus, exponent: Int(next() % 80) - 80, significand: 1)
    }
}
