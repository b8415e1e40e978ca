import HansaAggregation
import HansaSimulation
import MajorityVote

/// `simulate-majority SCENARIO FOLDER`: what `hansa simulate` does, with one strategy more.
@main
struct SimulateMajority {
    static func main() async throws {
        guard CommandLine.arguments.count == 3 else { return print("usage: simulate-majority SCENARIO FOLDER") }
        var registry = StrategyRegistry.standard
        try registry.register(MajorityVote.entry)
        let run = try Scenario(path: CommandLine.arguments[1]).prepared(registry: registry)
        let folder = CommandLine.arguments[2]
        let options = SimulationRunner.Options(folder: ResultFolder(path: folder))
        let result = try await SimulationRunner(run, options: options).run()
        print(ResultTable.text(result, folder: folder), terminator: "")
    }
}
