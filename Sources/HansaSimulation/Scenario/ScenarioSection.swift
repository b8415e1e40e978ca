import HansaAggregation
import Yams

/// One section of a scenario while it is read: takes values by key, and reports what is wrong with them.
///
/// A getter returns nil for an absent key and for a wrong value alike; the wrong one has been reported then, so that all
/// mistakes of a file come out at once.
struct ScenarioSection {
    private let mapping: Node.Mapping
    let path: String
    let reading: ScenarioReading

    /// Opens a section and reports the keys it does not know.
    init(_ node: Node, path: String, known: [String], reading: ScenarioReading) {
        self.path = path
        self.reading = reading
        if case .mapping(let mapping) = node {
            self.mapping = mapping
        } else {
            mapping = Node.Mapping([])
            reading.note(path, line: node.mark?.line)
            reading.report(
                path,
                got: Self.shown(node),
                expected: path.isEmpty ? "a list of keys with values" : "a section with the keys " + Self.list(known)
            )
        }
        for (key, value) in mapping {
            let name = key.string ?? Self.shown(key)
            reading.note(keyPath(name), line: key.mark?.line ?? value.mark?.line)
            guard !known.contains(name) else { continue }
            reading.report(
                keyPath(name),
                got: "the unknown key \"\(name)\"",
                expected: "one of " + Self.list(known),
                fix: NearestName.hint(for: name, among: known)
            )
        }
    }

    /// The full name of a key.
    func keyPath(_ key: String) -> String { path.isEmpty ? key : path + "." + key }

    /// Whether the key is there with a value.
    func has(_ key: String) -> Bool { node(key) != nil }

    /// The value of a key; nil where it is absent or empty.
    func node(_ key: String) -> Node? {
        guard let value = mapping.first(where: { $0.key.string == key })?.value else { return nil }
        if case .scalar(let scalar) = value, scalar.style == .plain, ["", "~", "null"].contains(scalar.string) {
            return nil
        }
        return value
    }

    func section(_ key: String, known: [String]) -> ScenarioSection? {
        node(key).map { ScenarioSection($0, path: keyPath(key), known: known, reading: reading) }
    }

    /// The items of a list; a single value counts as a list of one.
    func items(_ key: String) -> [Node]? {
        guard let value = node(key) else { return nil }
        if case .sequence(let sequence) = value { return Array(sequence) }
        return [value]
    }

    func text(_ key: String) -> String? {
        guard let value = node(key) else { return nil }
        guard let scalar = Self.scalar(value), !scalar.string.isEmpty,
            !scalar.string.unicodeScalars.contains(where: Self.isControl)
        else {
            reading.report(keyPath(key), got: Self.shown(value), expected: "a word or text on one line")
            return nil
        }
        return scalar.string
    }

    /// One of a few words.
    func word(_ key: String, among known: [String]) -> String? {
        guard let value = node(key) else { return nil }
        guard let word = Self.scalar(value)?.string, known.contains(word) else {
            reading.report(
                keyPath(key),
                got: Self.shown(value),
                expected: "one of " + Self.list(known),
                fix: NearestName.hint(for: Self.scalar(value)?.string ?? "", among: known)
            )
            return nil
        }
        return word
    }

    func flag(_ key: String) -> Bool? {
        guard let value = node(key) else { return nil }
        switch Self.plain(value) {
        case "true": return true
        case "false": return false
        default:
            reading.report(keyPath(key), got: Self.shown(value), expected: "true or false")
            return nil
        }
    }

    /// - Parameter word: what may stand there instead, for messages; the caller has looked for it.
    func integer(_ key: String, in range: ClosedRange<Int>, orWord word: String? = nil) -> Int? {
        node(key).flatMap { integer($0, key: keyPath(key), in: range, orWord: word) }
    }

    func integer(_ node: Node, key: String, in range: ClosedRange<Int>, orWord word: String? = nil) -> Int? {
        guard let value = Self.plain(node).flatMap({ Int($0) }), range.contains(value) else {
            let expected = Self.text(of: range) + (word.map { ", or \($0)" } ?? "")
            reading.report(key, got: Self.shown(node), expected: expected)
            return nil
        }
        return value
    }

    /// A seed: any 64-bit number from 0.
    func seed(_ key: String) -> UInt64? {
        guard let value = node(key) else { return nil }
        guard let seed = Self.plain(value).flatMap({ UInt64($0) }) else {
            reading.report(keyPath(key), got: Self.shown(value), expected: "a whole number from 0 to \(UInt64.max)")
            return nil
        }
        return seed
    }

    func number(_ key: String, _ rule: NumberRule) -> Double? {
        node(key).flatMap { number($0, key: keyPath(key), rule) }
    }

    func number(_ node: Node, key: String, _ rule: NumberRule) -> Double? {
        guard let value = Self.plain(node).flatMap({ Double($0) }), rule.accepts(value) else {
            reading.report(key, got: Self.shown(node), expected: rule.text)
            return nil
        }
        return value
    }

    static func text(of range: ClosedRange<Int>) -> String {
        range.upperBound == .max
            ? "a whole number from \(range.lowerBound)"
            : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    }

    static func list(_ names: [String]) -> String { names.joined(separator: ", ") }

    /// Control characters and what YAML takes for the end of a line: a name that holds one is a mistake.
    private static func isControl(_ character: Unicode.Scalar) -> Bool {
        character.value < 0x20 || [0x7F, 0x85, 0x2028, 0x2029, 0xFEFF].contains(character.value)
    }

    private static func scalar(_ node: Node) -> Node.Scalar? {
        if case .scalar(let scalar) = node { return scalar }
        return nil
    }

    /// The text of an unquoted value.
    private static func plain(_ node: Node) -> String? {
        scalar(node).flatMap { $0.style == .plain || $0.style == .any ? $0.string : nil }
    }

    /// A value as messages show it.
    static func shown(_ node: Node) -> String {
        switch node {
        case .scalar(let scalar):
            if plain(node) != nil, Double(scalar.string) != nil { return scalar.string }
            let text = scalar.string.unicodeScalars.map { $0.value < 0x20 ? "?" : String($0) }.joined()
            return "\"\(text.prefix(60))\(text.count > 60 ? "…" : "")\""
        case .mapping: return "a section of keys"
        case .sequence(let sequence): return "a list of \(sequence.count) items"
        case .alias: return "an alias"
        }
    }
}
