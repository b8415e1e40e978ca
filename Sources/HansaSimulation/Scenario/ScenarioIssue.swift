/// One mistake in a scenario: where it stands, what was found, what was due, and the fix.
public struct ScenarioIssue: Hashable, Sendable {
    /// The scenario file, as the user named it.
    public var file: String
    /// `line 7`, or the option that set the value; empty where the place is the file as a whole.
    public var place: String
    /// The key with its sections, such as `round.cohort`; empty for the file as a whole.
    public var key: String
    /// What was found, what was expected, and the fix, in full sentences.
    public var message: String

    public init(file: String, place: String = "", key: String = "", message: String) {
        self.file = file
        self.place = place
        self.key = key
        self.message = message
    }

    init(file: String, place: String = "", key: String = "", got: String, expected: String, fix: String = "") {
        self.init(
            file: file,
            place: place,
            key: key,
            message: "got \(got), expected \(expected)." + (fix.isEmpty ? "" : " " + fix)
        )
    }
}

extension ScenarioIssue: CustomStringConvertible {
    public var description: String {
        [file, place, key].filter { !$0.isEmpty }.joined(separator: ", ") + ": " + message
    }
}
