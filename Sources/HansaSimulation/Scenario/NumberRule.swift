/// A range of numbers together with its name in messages.
struct NumberRule: Sendable {
    let text: String
    let accepts: @Sendable (Double) -> Bool

    /// A finite number that float32 holds without becoming 0 or infinite.
    private static func isUsable(_ value: Double) -> Bool { value.isFinite && Float(value).isFinite }

    static let finite = Self(text: "a finite number", accepts: isUsable)
    static let aboveZero = Self(text: "a finite number above 0") { isUsable($0) && Float($0) > 0 }
    /// Noise above it leaves no room for an update in 32 bits.
    static let multiplier = Self(text: "a number above 0 and at most 1e9") { Float($0) > 0 && $0 <= 1e9 }
    static let atLeastZero = Self(text: "a finite number of at least 0") { isUsable($0) && $0 >= 0 }
    static let belowOne = Self(text: "a number of at least 0 and below 1") { $0 >= 0 && Float($0) < 1 }
    static let share = Self(text: "a number above 0 and at most 1") { $0 > 0 && $0 <= 1 }
    static let unit = Self(text: "a number from 0 to 1") { (0...1).contains($0) }
}
