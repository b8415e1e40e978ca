/// One mistake in a scenario: where it stands, what was found, what was due, and the fix.
public struct ScenarioIssue: Hashable, Sendable {
    /// The scenario file, as the user named it.
    public var file: String
    /// `line 7`, or the option that set the value; empty where the place is the file as a whole.
    public var place: String
    /// The key with its sections, such as `round.cohort`; empty for the file as a whole.
    public var key: String
    /// What was found.
    public var got: String
    /// What was expected.
    public var expected: String
    /// What to do, as a sentence; empty where the expectation says it.
    public var fix: String

    public init(file: String, place: String = "", key: String = "", got: String, expected: String, fix: String = "") {
        self.file = file
        self.place = place
        self.key = key
        self.got = got
        self.expected = expected
        self.fix = fix
    }
}

extension ScenarioIssue: CustomStringConvertible {
    public var description: String {
        let head = [file, place, key].filter { !$0.isEmpty }.joined(separator: ", ")
        return "\(head): got \(got), expected \(expected)." + (fix.isEmpty ? "" : " " + fix)
    }
}
