public import HansaNumerics

/// Amounts of privacy as people read them.
public enum EpsilonText {
    /// ε with four decimals at most, rounded up, so that no text says less than the number.
    public static func epsilon(_ value: Double) -> PlainText {
        guard value.isFinite, value >= 0 else { return "unbounded" }
        guard value < 0x1p40 else { return "above 10^12" }
        // Bounds: below 2^40 · 10^4 < 2^54.
        let parts = UInt64((value * 10_000).rounded(.up))
        return decimal(parts)
    }

    /// A probability, such as δ: `1e-6`, or with up to three decimals.
    public static func probability(_ value: Double) -> PlainText {
        guard value > 0, value < 1 else { return "\(value <= 0 ? 0 : 1)" }
        var power = 1.0
        var exponent = 0
        while value * power < 0.9999, exponent < 300 {
            power *= 10
            exponent += 1
        }
        return "\(decimal(UInt64((min(value * power, 10) * 10_000).rounded())))e-\(exponent)"
    }

    /// Ten-thousandths as a decimal number without zeros at its end.
    private static func decimal(_ parts: UInt64) -> PlainText {
        var digits: [UInt8] = []
        var rest = parts % 10_000
        for _ in 0..<4 {
            let digit = UInt8(truncatingIfNeeded: rest % 10)
            if digit != 0 || !digits.isEmpty { digits.append(0x30 + digit) }
            rest /= 10
        }
        let whole: PlainText = "\(parts / 10_000)"
        return digits.isEmpty ? whole : "\(whole).\(PlainText(bytes: Array(digits.reversed())))"
    }
}
