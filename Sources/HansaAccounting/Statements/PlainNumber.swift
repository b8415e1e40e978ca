/// Numbers as people read them in statements: rounded up, so that no text promises more than holds.
enum PlainNumber {
    /// A number from 0 to 10^12 with so many decimals (3 at most) and groups of three digits; others as they are.
    static func upward(_ value: Double, places: Int) -> String {
        guard value >= 0, value < 1e12, (0...3).contains(places) else { return "\(value)" }
        let unit = [1, 10, 100, 1_000][places]
        // Bounds: below 10^15, which a Double holds exactly.
        let parts = Int((value * Double(unit)).rounded(.up))
        let fraction = String(parts % unit + unit).dropFirst()
        return grouped(parts / unit) + (places > 0 ? ".\(fraction)" : "")
    }

    private static func grouped(_ value: Int) -> String {
        let rest = value % 1_000
        return value < 1_000 ? "\(value)" : grouped(value / 1_000) + "," + String(rest + 1_000).dropFirst()
    }
}
