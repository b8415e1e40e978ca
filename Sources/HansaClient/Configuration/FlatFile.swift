import HansaNumerics

/// A configuration file of `[section]` and `key = value` lines, read and checked for names but not yet for values.
///
/// A `#` at the start of a line or behind a blank begins a comment. Every section and every key stands at most once, and
/// each must be one that the reader of the file knows: a misspelt limit must not be a limit that silently is not there.
/// Blanks around names and values do not count; a value cannot be empty. The format is a device's own because no YAML
/// or TOML reader is small enough for one.
public struct FlatFile: Hashable, Sendable {
    /// The most bytes of a file, so that a wrong path does not fill the memory.
    public static let byteCountMax = 64 << 10

    /// A section's name and the keys it may have.
    public struct Section: Hashable, Sendable {
        public let name: String
        public let keys: [String]

        public init(_ name: String, keys: [String]) {
            self.name = name
            self.keys = keys
        }
    }

    /// One value and where it stands.
    public struct Entry: Hashable, Sendable {
        public let section: String
        public let key: String
        public let value: String
        public let place: FlatFilePlace
    }

    /// The file as errors name it.
    public let name: String
    private let layout: [Section]
    /// In the order of the file, overrides last.
    public private(set) var entries: [Entry] = []

    /// Reads a file's bytes and checks its sections and keys.
    ///
    /// - Parameters:
    ///   - bytes: the file's content.
    ///   - name: the file as errors name it.
    ///   - layout: the sections and keys that it may have.
    public init(bytes: [UInt8], name: String, layout: [Section]) throws(FlatFileError) {
        self.name = name
        self.layout = layout
        guard bytes.count <= Self.byteCountMax else {
            throw .tooLarge(file: name, got: bytes.count, max: Self.byteCountMax)
        }
        var section: Section?
        var opened: [(name: String, place: FlatFilePlace)] = []
        // The mark that some editors put before UTF-8.
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.prefix(mark.count).elementsEqual(mark) ? Array(bytes.dropFirst(mark.count)) : bytes
        for (index, whole) in text.pieces(at: 0x0A).enumerated() {
            let line = whole[...]
            let place = FlatFilePlace.line(index + 1, file: name)
            let ended = line.last == 0x0D ? line.dropLast() : line
            let content = Self.trimmed(Self.withoutComment(ended))
            guard let text = Self.text(ended) else { throw .notText(place: place) }
            guard !content.isEmpty else { continue }
            if content.first == 0x5B {
                guard content.last == 0x5D, content.count > 2 else { throw .malformed(place: place, got: text) }
                let title = String(bytes: Array(Self.trimmed(content.dropFirst().dropLast())))
                let found = try self.section(title, at: place)
                for earlier in opened where earlier.name.isSame(as: title) {
                    throw .repeatedSection(place: place, section: title, first: earlier.place)
                }
                opened.append((title, place))
                section = found
                continue
            }
            guard let equals = content.firstIndex(of: 0x3D) else { throw .malformed(place: place, got: text) }
            let key = String(bytes: Array(Self.trimmed(content[..<equals])))
            let value = String(bytes: Array(Self.trimmed(content[(equals + 1)...])))
            guard !key.isEmpty else { throw .malformed(place: place, got: text) }
            guard let section else { throw .noSection(place: place, key: key) }
            try append(section: section, key: key, value: value, place: place)
        }
    }

    /// Replaces or adds one value by `section.key=value`, as `--set` gives it; the last one counts.
    public mutating func override(_ assignment: String) throws(FlatFileError) {
        let bytes = assignment.bytes
        guard Self.text(bytes[...]) != nil, let equals = bytes.firstIndex(of: 0x3D),
            let dot = bytes[..<equals].firstIndex(of: 0x2E)
        else { throw .invalidOverride(got: assignment) }
        let title = String(bytes: Array(Self.trimmed(bytes[..<dot])))
        let key = String(bytes: Array(Self.trimmed(bytes[(dot + 1)..<equals])))
        let value = String(bytes: Array(Self.trimmed(bytes[(equals + 1)...])))
        guard !title.isEmpty, !key.isEmpty else { throw .invalidOverride(got: assignment) }
        let place = FlatFilePlace.override(section: title, key: key)
        let section = try section(title, at: place)
        entries.removeAll { $0.section.isSame(as: title) && $0.key.isSame(as: key) }
        try append(section: section, key: key, value: value, place: place)
    }

    /// The value of a key, where it is given.
    public func entry(_ section: String, _ key: String) -> Entry? {
        for entry in entries where entry.section.isSame(as: section) && entry.key.isSame(as: key) { return entry }
        return nil
    }

    private func section(_ title: String, at place: FlatFilePlace) throws(FlatFileError) -> Section {
        for section in layout where section.name.isSame(as: title) { return section }
        let known = layout.map { $0.name }
        throw .unknownSection(place: place, got: title, nearest: NearestKey.of(title, among: known), known: known)
    }

    private mutating func append(
        section: Section,
        key: String,
        value: String,
        place: FlatFilePlace
    ) throws(FlatFileError) {
        guard section.keys.has(key) else {
            throw .unknownKey(
                place: place,
                section: section.name,
                got: key,
                nearest: NearestKey.of(key, among: section.keys),
                known: section.keys
            )
        }
        if let first = entry(section.name, key) {
            throw .repeatedKey(place: place, section: section.name, key: key, first: first.place)
        }
        guard !value.isEmpty else {
            throw .invalidValue(
                place: place,
                section: section.name,
                key: key,
                got: "",
                expected: "a value behind \"=\""
            )
        }
        entries.append(Entry(section: section.name, key: key, value: value, place: place))
    }
}

extension FlatFile {
    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = bytes.drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }

    /// The line up to a `#` at its start or behind a blank; elsewhere, as in a path, a `#` is an ordinary letter.
    private static func withoutComment(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var previous: UInt8 = 0x20
        for index in line.indices {
            if line[index] == 0x23, isBlank(previous) { return line[..<index] }
            previous = line[index]
        }
        return line
    }

    /// The bytes as text; nil for what is not UTF-8 or holds control characters, which would end a path early.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String? {
        for byte in bytes where (byte < 0x20 && byte != 0x09) || byte == 0x7F { return nil }
        return String(valid: Array(bytes))
    }
}
