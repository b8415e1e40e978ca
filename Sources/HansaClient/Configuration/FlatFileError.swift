import HansaNumerics

/// What is wrong with a configuration or policy file: each case says what was got, what was expected, and where.
public enum FlatFileError: Error, Hashable, Sendable {
    /// More bytes than ``FlatFile/byteCountMax``.
    case tooLarge(file: String, got: Int, max: Int)
    /// Bytes that are not UTF-8, or control characters.
    case notText(place: FlatFilePlace)
    /// A line that is neither a section, a key with its value, nor a comment.
    case malformed(place: FlatFilePlace, got: String)
    /// A key before the first section.
    case noSection(place: FlatFilePlace, key: String)
    /// A section that this file does not have.
    case unknownSection(place: FlatFilePlace, got: String, nearest: String?, known: [String])
    /// A key that its section does not have.
    case unknownKey(place: FlatFilePlace, section: String, got: String, nearest: String?, known: [String])
    /// A section that was opened before.
    case repeatedSection(place: FlatFilePlace, section: String, first: FlatFilePlace)
    /// A key that was given before.
    case repeatedKey(place: FlatFilePlace, section: String, key: String, first: FlatFilePlace)
    /// A key that must be there.
    case missing(file: String, section: String, key: String, example: String)
    /// A value outside what its key takes.
    case invalidValue(place: FlatFilePlace, section: String, key: String, got: String, expected: String)
    /// An override that is not `section.key=value`.
    case invalidOverride(got: String)
}

extension FlatFileError: CustomStringConvertible {
    public var description: String { text.string }

    private var text: PlainText {
        switch self {
        case .tooLarge(let file, let got, let max):
            "\(file): the file has \(got) bytes, expected at most \(max): is it the right file?"
        case .notText(let place):
            "\(place.text): got bytes that are not plain text, expected UTF-8 without control characters: save it as UTF-8"
        case .malformed(let place, let got):
            "\(place.text): got \"\(Self.shortened(got))\", expected \"[section]\", \"key = value\" or \"# comment\""
        case .noSection(let place, let key):
            "\(place.text): got \"\(Self.shortened(key))\" before any section, expected a line \"[section]\" above it"
        case .unknownSection(let place, let got, let nearest, let known):
            "\(place.text): got section [\(Self.shortened(got))], expected one of \(PlainText(list: known))\(Self.hint(nearest))"
        case .unknownKey(let place, let section, let got, let nearest, let known):
            "\(place.text): got key \"\(Self.shortened(got))\" in [\(section)], expected one of "
                + "\(PlainText(list: known))\(Self.hint(nearest))"
        case .repeatedSection(let place, let section, let first):
            "\(place.text): got section [\(section)] again, expected each section once: move its keys to \(first.text)"
        case .repeatedKey(let place, let section, let key, let first):
            "\(place.text): got [\(section)] \(key) again, expected each key once: it is already at \(first.text), remove one"
        case .missing(let file, let section, let key, let example):
            "\(file): got no \(key) in [\(section)], expected one: add \"\(key) = \(example)\" under [\(section)]"
        case .invalidValue(let place, let section, let key, let got, let expected):
            "\(place.text): got \"\(Self.shortened(got))\" for [\(section)] \(key), expected \(expected)"
        case .invalidOverride(let got):
            "--set: got \"\(Self.shortened(got))\", expected section.key=value, for example trainer.kind=exact"
        }
    }

    private static func hint(_ nearest: String?) -> PlainText {
        guard let nearest else { return "" }
        return ": did you mean \"\(nearest)\"?"
    }

    /// A value cut to what fits a line of a terminal, its control characters made visible.
    private static func shortened(_ text: String) -> String {
        let countMax = 80
        var result: [UInt8] = []
        var count = 0
        for scalar in text.unicodeScalars {
            if count == countMax { return PlainText("\(PlainText(bytes: result))…").string }
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            result += UTF8.encode(isControl ? "\u{FFFD}" : scalar).map { Array($0) } ?? []
            count += 1
        }
        return String(bytes: result)
    }
}
