/// Reads a strategy's own options by type, and refuses what is left over.
struct AdaptiveQuantizationOptions {
    private let options: [String: StrategyOption]

    /// Refuses keys that the strategy does not have.
    init(_ options: [String: StrategyOption], known: [StrategyEntry.Option]) throws(ConfigurationError) {
        let keys = known.map(\.key)
        for name in options.keys.sorted() where !keys.contains(name) {
            throw .unknown(key: "options", got: name, known: keys)
        }
        self.options = options
    }

    func has(_ key: String) -> Bool { options[key] != nil }

    func number(
        _ key: String,
        default value: Double,
        in range: ClosedRange<Double>,
        _ expected: String
    ) throws(ConfigurationError) -> Double {
        switch options[key] {
        case nil: return value
        case .number(let number)? where range.contains(number): return number
        case let got?: throw .invalidValue(key: key, got: "\(got)", expected: expected)
        }
    }

    func flag(_ key: String, default value: Bool) throws(ConfigurationError) -> Bool {
        switch options[key] {
        case nil: return value
        case .flag(let flag)?: return flag
        case let got?: throw .invalidValue(key: key, got: "\(got)", expected: "true or false")
        }
    }

    func word(
        _ key: String,
        default value: String,
        among words: [String]
    ) throws(ConfigurationError) -> String {
        switch options[key] {
        case nil: return value
        case .word(let word)? where words.contains(word): return word
        case .word(let word)?: throw .unknown(key: key, got: word, known: words)
        case let got?: throw .invalidValue(key: key, got: "\(got)", expected: words.joined(separator: ", "))
        }
    }
}
