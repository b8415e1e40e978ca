/// The one spelling of a ledger's JSON: keys in a fixed order, no spaces, shortest decimals that read back the same.
enum LedgerText {
    /// An object of members that are spelled already.
    static func object(_ members: [(key: String, value: String)]) -> String {
        "{" + members.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
    }

    static func array(_ values: [String]) -> String { "[" + values.joined(separator: ",") + "]" }

    static func string(_ text: String) -> String {
        var spelled = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": spelled += "\\\""
            case "\\": spelled += "\\\\"
            // Nothing that we write holds one; what reads a file must still spell it as JSON does.
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                spelled += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: spelled.unicodeScalars.append(scalar)
            }
        }
        return spelled + "\""
    }

    /// The shortest decimal that reads back as the same Double; `infinite` where there is no bound.
    static func number(_ value: Double) -> String { value.isFinite ? value.description : "infinite" }

    /// A number as JSON; null where there is no bound.
    static func jsonNumber(_ value: Double) -> String { value.isFinite ? value.description : "null" }
}
