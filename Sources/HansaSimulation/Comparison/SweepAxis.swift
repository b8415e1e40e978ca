/// One key of a grid and the values it takes: `local.rate=0.1,0.01`.
public struct SweepAxis: Hashable, Sendable {
    /// The key with its sections, such as `local.rate`.
    public let key: String
    /// The values as YAML text, each once, in the order given.
    public let values: [String]

    /// Reads `key.path=value,value`; commas within brackets, braces and quotes belong to a value.
    public init(_ text: String) throws(CommandFailure) {
        func refusal(_ got: String, _ expected: String) -> CommandFailure {
            CommandFailure(.usage, "--grid \(text): got \(got), expected \(expected).")
        }
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw refusal("no key and values", "a key and its values such as local.rate=0.1,0.01")
        }
        key = SweepText.trimmed(text[..<equals])
        guard !key.split(separator: ".", omittingEmptySubsequences: false).contains("") else {
            throw refusal("the key \"\(key)\"", "a key with its sections such as local.rate")
        }
        values = SweepText.split(text[text.index(after: equals)...], at: ",")
        guard !values.contains("") else {
            throw refusal("an empty value", "values between commas such as \(key)=1,2")
        }
        var seen = Set<String>()
        for value in values where !seen.insert(value).inserted {
            throw refusal("the value \(value) twice", "each value once")
        }
    }

    func override(_ value: String) -> ScenarioOverride {
        ScenarioOverride(key: key, value: value, option: "--grid \(key)=\(value)")
    }
}
