/// A configuration with a name of its own and several keys that belong together: `krum: strategy.name=krum; …`.
public struct SweepVariant: Hashable, Sendable {
    public let label: String
    let overrides: [ScenarioOverride]

    /// Reads `NAME: key.path=value; key.path=value`; a name alone leaves the scenario as it is.
    public init(_ text: String) throws(CommandFailure) {
        let head = text.prefix { $0 != ":" }
        label = SweepText.trimmed(head)
        guard !label.isEmpty, !label.contains("=") else {
            throw CommandFailure(
                .usage,
                "--variant \(text): got no name, expected a name, a colon and assignments such as "
                    + "'prox: local.proximal=0.1; local.epochs=5'."
            )
        }
        var overrides: [ScenarioOverride] = []
        for part in SweepText.split(text.dropFirst(head.count + 1), at: ";") where !part.isEmpty {
            guard var override = ScenarioOverride(assignment: part) else {
                throw CommandFailure(
                    .usage,
                    "--variant \(text): got \"\(part)\", expected a key and a value such as local.epochs=5."
                )
            }
            override.option = "--variant \(label): \(part)"
            overrides.append(override)
        }
        self.overrides = overrides
    }
}
