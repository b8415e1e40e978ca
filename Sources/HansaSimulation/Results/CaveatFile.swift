public import HansaAggregation

/// The caveats of a run as they are kept and told.
public enum CaveatFile {
    private struct Caveat: Encodable {
        let rule: String
        let caveat: String
    }

    /// The lines that a run begins with.
    public static func lines(_ composition: Composition) -> [String] {
        entries(composition).map { "caveat: \($0.caveat) [\($0.rule)]" }
    }

    /// The content of `caveats.json`; nil where there are none.
    public static func json(_ composition: Composition) throws(CommandFailure) -> String? {
        let entries = entries(composition)
        return entries.isEmpty ? nil : try JSONLines.pretty(entries) + "\n"
    }

    private static func entries(_ composition: Composition) -> [Caveat] {
        composition.caveats.compactMap { rule in
            guard case .caveat(let text) = rule.verdict else { return nil }
            return Caveat(rule: rule.name, caveat: text)
        }
    }
}
