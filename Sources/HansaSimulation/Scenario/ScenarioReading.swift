/// The mistakes and places gathered while one scenario is read; shared by its sections.
final class ScenarioReading {
    var source: ScenarioSource
    private(set) var issues: [ScenarioIssue] = []
    /// The option that set a key, where one did.
    var options: [String: String] = [:]

    init(source: ScenarioSource) { self.source = source }

    /// Notes where a key stands.
    func note(_ key: String, line: Int?) {
        if let option = options[key] {
            source.places[key] = option
        } else if let line {
            source.places[key] = "line \(line)"
        }
    }

    /// Takes down a mistake and goes on.
    func report(_ key: String, got: String, expected: String, fix: String = "") {
        issues.append(source.issue(key, got: got, expected: expected, fix: fix))
    }

    func report(_ issue: ScenarioIssue) { issues.append(issue) }

    /// The mistakes in the order of their lines.
    var orderedIssues: [ScenarioIssue] {
        func line(_ issue: ScenarioIssue) -> Int { Int(issue.place.drop { !$0.isNumber }) ?? .max }
        return issues.enumerated().sorted { (line($0.element), $0.offset) < (line($1.element), $1.offset) }.map(
            \.element
        )
    }
}
