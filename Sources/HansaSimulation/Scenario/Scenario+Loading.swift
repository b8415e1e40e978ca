import Foundation
import HansaLearning
import Yams

/// A scenario as loaded: the resolved values, and where each stands in the file.
///
/// `hansa simulate` and `hansa scenario check` load one; ``PreparedRun`` joins it with its data.
public struct Scenario: Hashable, Sendable {
    public internal(set) var resolved: ResolvedScenario
    public let source: ScenarioSource

    /// The most bytes of a scenario file.
    public static let byteCountMax = 1 << 20
    /// The name of the file in a scenario's folder.
    public static let fileName = "scenario.yaml"

    /// Loads a file, or the `scenario.yaml` of a folder.
    public init(path: String, overrides: [ScenarioOverride] = []) throws(ScenarioError) {
        var file = path
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            file = (path.hasSuffix("/") ? String(path.dropLast()) : path) + "/" + Self.fileName
        }
        let text = try Self.text(of: file)
        try self.init(text: text, file: file, overrides: overrides)
    }

    /// The text of a file that people write, refused where it cannot be one.
    static func text(of file: String) throws(ScenarioError) -> String {
        guard let data = FileManager.default.contents(atPath: file) else {
            let isThere = FileManager.default.fileExists(atPath: file)
            throw .unreadable(file: file, reason: isThere ? "a file that cannot be read" : "no such file")
        }
        guard data.count <= byteCountMax else {
            throw .unreadable(file: file, reason: "a file of \(data.count) bytes, more than \(byteCountMax)")
        }
        // The mark that some editors put before UTF-8 is no part of the text.
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let content = data.starts(with: mark) ? data.dropFirst(mark.count) : data
        guard let text = String(bytes: content, encoding: .utf8) else {
            throw .unreadable(file: file, reason: "bytes that are no UTF-8 text")
        }
        return text
    }

    /// Loads a file or folder, or makes the scenario of a data set alone where its name is given and no such file is.
    public init(pathOrDataset name: String, overrides: [ScenarioOverride] = []) throws(ScenarioError) {
        let isDataset = CatalogueEntry(rawValue: name) != nil && !FileManager.default.fileExists(atPath: name)
        if isDataset {
            try self.init(text: "data: {name: \(name)}", file: name, overrides: overrides)
        } else {
            try self.init(path: name, overrides: overrides)
        }
    }

    /// Loads a text; `file` names it in messages, and its folder is where relative paths start.
    public init(text: String, file: String, overrides: [ScenarioOverride] = []) throws(ScenarioError) {
        let url = URL(fileURLWithPath: file).standardizedFileURL
        let reading = ScenarioReading(source: ScenarioSource(file: file, folder: url.deletingLastPathComponent().path))
        var root = try Self.compose(text, file: file)
        for override in overrides { root = try Self.apply(override, to: root, reading: reading) }
        let scenario = ScenarioFile(root, reading: reading)
        let stem = url.deletingPathExtension().lastPathComponent
        let fallback = stem == "scenario" ? url.deletingLastPathComponent().lastPathComponent : stem
        guard let resolved = scenario.resolved(fallbackName: fallback, reading: reading), reading.issues.isEmpty else {
            throw .mistakes(reading.orderedIssues)
        }
        self.resolved = resolved
        source = reading.source
    }

    /// Parses the text as YAML.
    static func compose(_ text: String, file: String) throws(ScenarioError) -> Node {
        func issue(_ line: Int?, _ got: String, _ fix: String = "") -> ScenarioError {
            .mistakes([
                ScenarioIssue(
                    file: file,
                    place: line.map { "line \($0)" } ?? "",
                    got: got,
                    expected: "YAML with one value a key",
                    fix: fix
                )
            ])
        }
        do {
            guard let node = try Yams.compose(yaml: text) else { return .mapping(Node.Mapping([])) }
            return node
        } catch let error as YamlError {
            switch error {
            case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
                .composer(_, let problem, let mark, _):
                throw issue(mark.line, problem, "Check the indentation and the colons around that line.")
            case .duplicatedKeysInMapping(let duplicates, let context):
                let names = duplicates.map { "\"\($0)\"" }.joined(separator: ", ")
                throw issue(duplicateLine(of: duplicates, in: text, after: context.mark.line), "the key \(names) twice")
            default: throw issue(nil, "text that is no YAML")
            }
        } catch {
            throw issue(nil, "text that is no YAML")
        }
    }

    /// The line where a key stands for the second time in the section that begins at `line`.
    private static func duplicateLine(of keys: [String], in text: String, after line: Int) -> Int {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var seen: [String: Int] = [:]
        for (index, content) in lines.enumerated() where index + 1 >= line {
            let trimmed = content.drop { $0 == " " }
            let indent = content.count - trimmed.count
            for key in keys where trimmed.hasPrefix(key + ":") || trimmed.hasPrefix("\"\(key)\":") {
                if seen[key] == indent { return index + 1 }
                if seen[key] == nil { seen[key] = indent }
            }
        }
        return line
    }

    /// Puts a value from the command line in the place of the file's.
    private static func apply(
        _ override: ScenarioOverride,
        to root: Node,
        reading: ScenarioReading
    ) throws(ScenarioError) -> Node {
        let value: Node
        do {
            value = try Yams.compose(yaml: override.value) ?? Node("", .implicit, .plain)
        } catch {
            throw .mistakes([
                ScenarioIssue(
                    file: reading.source.file,
                    place: override.option,
                    key: override.key,
                    got: "\"\(override.value)\"",
                    expected: "a value as in the scenario file"
                )
            ])
        }
        reading.options[override.key] = override.option
        reading.source.places[override.key] = override.option
        return set(override.key.split(separator: ".").map { String($0) }[...], value, in: root)
    }

    private static func set(_ path: ArraySlice<String>, _ value: Node, in node: Node) -> Node {
        guard let key = path.first else { return value }
        var pairs: [(Node, Node)] = []
        var isSet = false
        if case .mapping(let mapping) = node {
            for (name, old) in mapping {
                let isKey = name.string == key
                pairs.append((name, isKey ? set(path.dropFirst(), value, in: old) : old))
                isSet = isSet || isKey
            }
        }
        if !isSet { pairs.append((Node(key), set(path.dropFirst(), value, in: .mapping(Node.Mapping([]))))) }
        return .mapping(Node.Mapping(pairs))
    }
}
