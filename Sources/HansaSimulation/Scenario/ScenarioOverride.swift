/// A value given on the command line in place of the file's.
public struct ScenarioOverride: Hashable, Sendable {
    /// The key with its sections, such as `round.cohort`.
    public var key: String
    /// The value as YAML text.
    public var value: String
    /// The option as the user wrote it, for messages.
    public var option: String

    public init(key: String, value: String, option: String) {
        self.key = key
        self.value = value
        self.option = option
    }

    /// Reads `key.path=value`; nil without a key or an equals sign.
    public init?(assignment: String) {
        guard let equals = assignment.firstIndex(of: "="), equals != assignment.startIndex else { return nil }
        key = String(assignment[..<equals])
        value = String(assignment[assignment.index(after: equals)...])
        option = "--set \(assignment)"
        guard !key.split(separator: ".", omittingEmptySubsequences: false).contains("") else { return nil }
    }
}
