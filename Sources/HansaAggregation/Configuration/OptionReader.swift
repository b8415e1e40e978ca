/// Reads a strategy's own options one by one, and refuses what is of the wrong kind, out of range or known to nobody.
///
/// A strategy's initializer makes one, reads every key that it knows, and calls ``finish()``.
public struct OptionReader {
    private let options: [String: StrategyOption]
    private var known: Set<String> = []

    public init(_ options: [String: StrategyOption]) { self.options = options }

    /// A whole number from a range; nil where the key is absent.
    public mutating func count(_ key: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
        known.insert(key)
        guard let option = options[key] else { return nil }
        guard case .number(let value) = option, let count = Int(exactly: value), range.contains(count) else {
            let expected =
                range.upperBound == .max
                ? "a whole number of \(range.lowerBound) or more"
                : "a whole number from \(range.lowerBound) to \(range.upperBound)"
            throw .invalidValue(key: key, got: "\(option)", expected: expected)
        }
        return count
    }

    /// A finite number that `accepts` takes; nil where the key is absent.
    public mutating func number(
        _ key: String,
        expected: String,
        accepts: (Double) -> Bool
    ) throws(ConfigurationError) -> Double? {
        known.insert(key)
        guard let option = options[key] else { return nil }
        guard case .number(let value) = option, value.isFinite, accepts(value) else {
            throw .invalidValue(key: key, got: "\(option)", expected: expected)
        }
        return value
    }

    /// One of some words; nil where the key is absent.
    public mutating func word(_ key: String, among words: [String]) throws(ConfigurationError) -> String? {
        known.insert(key)
        guard let option = options[key] else { return nil }
        guard case .word(let word) = option else {
            throw .invalidValue(key: key, got: "\(option)", expected: words.joined(separator: " or "))
        }
        guard words.contains(word) else { throw .unknown(key: key, got: word, known: words) }
        return word
    }

    /// Whether a key holds a word, for keys that may also hold a number.
    public func holdsWord(_ key: String) -> Bool {
        if case .word? = options[key] { return true }
        return false
    }

    /// Refuses keys that were never read.
    public func finish() throws(ConfigurationError) {
        for key in options.keys.sorted() where !known.contains(key) {
            throw .unknown(key: "options", got: key, known: known.sorted())
        }
    }
}
