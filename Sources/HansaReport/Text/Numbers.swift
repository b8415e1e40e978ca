/// Numbers as people read them, the same text on every machine and in every locale.
enum Numbers {
    /// A number with so many decimals.
    static func decimal(_ value: Double, places: Int) -> String {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = (abs(value) * scale).rounded()
        guard value.isFinite, scaled < 1e15, let units = UInt64(exactly: scaled) else { return "\(value)" }
        let sign = value < 0 && units > 0 ? "-" : ""
        guard places > 0 else { return sign + grouped(units) }
        let divisor = UInt64(scale)
        let fraction = String(units % divisor)
        return sign + grouped(units / divisor) + "." + String(repeating: "0", count: places - fraction.count)
            + fraction
    }

    /// A number with about three digits that count.
    static func brief(_ value: Double) -> String {
        guard value.isFinite else { return "\(value)" }
        let size = abs(value)
        if size == 0 { return "0" }
        if size < 1e-4 || size >= 1e15 { return "\(value)" }
        // A little below the powers of ten, where a number is rounded up to them.
        let places = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : size >= 0.09995 ? 3 : 4
        return decimal(value, places: places)
    }

    /// A whole number with spaces between groups of three digits.
    static func count(_ value: Int) -> String { (value < 0 ? "-" : "") + grouped(UInt64(value.magnitude)) }

    /// A share of one as a percentage.
    static func percent(_ value: Double, places: Int = 1) -> String { decimal(value * 100, places: places) + " %" }

    /// Bytes in powers of 1000.
    static func bytes(_ count: Int) -> String {
        let unit = ByteUnit(largest: Double(count))
        guard unit.exponent > 0 else { return "\(count) B" }
        return brief(Double(count) / unit.size) + " " + unit.name
    }

    /// Seconds, with a unit that suits them.
    static func seconds(_ value: Double) -> String {
        if value >= 600 { return decimal(value / 60, places: 1) + " min" }
        if value >= 0.9995 || value == 0 { return brief(value) + " s" }
        return value >= 0.0009995 ? brief(value * 1e3) + " ms" : brief(value * 1e6) + " µs"
    }

    /// A coordinate of a picture: at most two decimals, none where they are zero.
    static func coordinate(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e9 else { return "0" }
        let hundredths = Int((value * 100).rounded())
        let (whole, part) = (abs(hundredths) / 100, abs(hundredths) % 100)
        let sign = hundredths < 0 ? "-" : ""
        if part == 0 { return "\(sign)\(whole)" }
        return "\(sign)\(whole)." + (part % 10 == 0 ? "\(part / 10)" : part < 10 ? "0\(part)" : "\(part)")
    }

    /// Digits in groups of three with narrow spaces that do not break.
    private static func grouped(_ value: UInt64) -> String {
        let digits = Array(String(value))
        guard digits.count > 4 else { return String(digits) }
        return digits.enumerated().reduce(into: "") { text, item in
            if item.offset > 0, (digits.count - item.offset) % 3 == 0 { text += "\u{202F}" }
            text.append(item.element)
        }
    }
}

/// The unit in which an axis or a text shows bytes: powers of 1000.
struct ByteUnit {
    let name: String
    let exponent: Int
    let size: Double

    /// The unit in which `largest` is at least 1 and below 1000.
    init(largest: Double) {
        let names = ["B", "kB", "MB", "GB", "TB", "PB"]
        var (exponent, size) = (0, 1.0)
        while largest / size >= 999.5, exponent < names.count - 1 {
            exponent += 1
            size *= 1000
        }
        (name, self.exponent, self.size) = (names[exponent], exponent, size)
    }
}
