import HansaLearning

/// Why a scenario cannot be run.
///
/// Nothing was trained and nothing was written.
public enum ScenarioError: Error, Hashable, Sendable {
    /// The file is not there or cannot be read.
    case unreadable(file: String, reason: String)
    /// Mistakes in the text, all that could be found at once.
    case mistakes([ScenarioIssue])
    /// A data file is missing, damaged or of the wrong form.
    case data(String)

    static func data(_ error: DataError) -> Self { .data(error.description) }
}

extension ScenarioError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreadable(let file, let reason):
            "\(file): got \(reason), expected a readable scenario file, or a folder with scenario.yaml in it."
        case .mistakes(let issues): issues.map(\.description).joined(separator: "\n")
        case .data(let text): text
        }
    }
}
