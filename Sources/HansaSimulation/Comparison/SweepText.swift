/// Reads lists on the command line whose items are YAML values.
enum SweepText {
    /// The parts between separators that stand in no brackets, braces or quotes, without spaces around them.
    static func split(_ text: Substring, at separator: Character) -> [String] {
        var parts: [String] = []
        var part = ""
        var depth = 0
        var quote: Character?
        for character in text {
            if let open = quote {
                if character == open { quote = nil }
            } else {
                switch character {
                case "\"", "'": quote = character
                case "[", "{": depth += 1
                case "]", "}": depth -= 1
                case separator where depth <= 0:
                    parts.append(trimmed(part))
                    part = ""
                    continue
                default: break
                }
            }
            part.append(character)
        }
        parts.append(trimmed(part))
        return parts
    }

    static func trimmed(_ text: some StringProtocol) -> String {
        let start = text.drop { $0 == " " }
        var result = String(start)
        while result.last == " " { result.removeLast() }
        return result
    }
}
