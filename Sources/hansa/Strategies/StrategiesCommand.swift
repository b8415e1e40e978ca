import ArgumentParser
import HansaAggregation

/// `hansa strategies`: what a scenario may name under `strategy`, with its options.
struct StrategiesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "strategies",
        abstract: "List the strategies with their options, and what goes together with what.",
        discussion: """
            A strategy's traits decide which noise, weights and widths it goes together with; --table prints the rules with \
            their reasons, as a page in Markdown.
            """
    )

    @Argument(help: "Only this strategy.")
    var name: String?

    @Flag(help: "Print the table of what goes together.")
    var table = false

    func run() throws {
        let registry = StrategyRegistry.standard
        if table { return print(CompositionTable(registry).article, terminator: "") }
        let entries = registry.entries.filter { name == nil || $0.name == name }
        if entries.isEmpty {
            throw ValidationError(
                "got the unknown strategy \"\(name ?? "")\", expected one of \(registry.names.joined(separator: ", "))."
            )
        }
        let width = entries.map(\.name.count).max() ?? 0
        for entry in entries { print(text(entry, width: width)) }
    }

    private func text(_ entry: StrategyEntry, width: Int) -> String {
        let space = String(repeating: " ", count: width - entry.name.count + 2)
        var lines = [entry.name + space + entry.summary]
        let indent = String(repeating: " ", count: width + 2)
        for option in entry.options {
            lines.append("\(indent)options.\(option.key): \(option.values)")
            lines.append("\(indent)    \(option.meaning)")
        }
        if let traits = CompositionTable.usualTraits(of: entry), !traits.isEmpty {
            lines.append("\(indent)traits: " + traits.map(\.rawValue).sorted().joined(separator: ", "))
        }
        return lines.joined(separator: "\n")
    }
}
