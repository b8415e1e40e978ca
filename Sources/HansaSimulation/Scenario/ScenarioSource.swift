/// Where each value of a scenario stands: what mistakes found later, against the data, are reported with.
public struct ScenarioSource: Hashable, Sendable {
    /// The file, as the user named it.
    public var file: String
    /// The folder that relative paths in the file start from, absolute.
    public var folder: String
    /// `line 7`, or an option, by key path.
    var places: [String: String] = [:]

    public init(file: String, folder: String) {
        self.file = file
        self.folder = folder
    }

    /// A mistake at this key, or at the nearest section around it that the file has.
    func issue(_ key: String, got: String, expected: String, fix: String = "") -> ScenarioIssue {
        ScenarioIssue(file: file, place: place(of: key), key: key, got: got, expected: expected, fix: fix)
    }

    /// A mistake at this key in the words of whoever found it.
    func issue(_ key: String, message: String) -> ScenarioIssue {
        ScenarioIssue(file: file, place: place(of: key), key: key, message: message)
    }

    private func place(of key: String) -> String {
        var prefix = key[...]
        while places[String(prefix)] == nil, let dot = prefix.lastIndex(where: { ".[".contains($0) }) {
            prefix = prefix[..<dot]
        }
        return places[String(prefix)] ?? ""
    }

    /// A path of the file, absolute.
    func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : folder + "/" + path }
}
