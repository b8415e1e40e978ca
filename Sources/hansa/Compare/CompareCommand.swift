import ArgumentParser
import Foundation
import HansaSimulation

/// `hansa compare`: runs several scenarios, or one with other values and seeds, and lays the results beside each other.
struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Run several scenarios, or a sweep of one, over several seeds, and compare them.",
        discussion: """
            For example:

              hansa compare Simulations/digits --grid local.rate=0.1,0.03 --grid local.epochs=1,5 --seeds 1-5 \
            --target-accuracy 0.9

              hansa compare Simulations/digits --seeds 1-5 --variant 'fedavg:' \
            --variant 'adam: strategy.optimizer={name: adam, rate: 0.01}'

            Every scenario is joined with every variant, every point of the grid and every seed. A run that is in the output \
            folder already is not run again, and an interrupted one goes on: repeat the command, with more values or seeds \
            if you like.

            The table has the mean and the standard deviation over the seeds, and below it each configuration's difference \
            to the first one (or to --baseline), seed by seed, with its standard error. Runs of one seed share their \
            split of the data, their first model and their cohorts, as far as the compared keys leave these alone.

            The output folder holds compare.json, report.html, plots/, and runs/ with the results of each run.

            Exit status: 0 done; 64 a mistake in a scenario or on the command line; 65 data are missing or damaged; 70 a run \
            could not go on, such as one whose model diverged, and the others are compared; 73 the output folder is in \
            use or in the way; 74 reading or writing failed; 130 interrupted.
            """
    )

    @Argument(
        help: "Scenario files, or folders with scenario.yaml in them.",
        completion: .file(extensions: ["yaml", "yml"])
    )
    var scenarios: [String]

    @Option(
        help: ArgumentHelp(
            "A key and the values that it takes; may be repeated, and all combinations are run.",
            discussion: "For example --grid strategy.optimizer.name=momentum,adam --grid 'update.clip=none,{l2: 1.0}'.",
            valueName: "key.path=value,value"
        )
    )
    var grid: [String] = []

    @Option(
        help: ArgumentHelp(
            "A configuration with a name and keys that belong together; may be repeated.",
            discussion: "For example --variant 'prox: local.proximal=0.1; local.epochs=5'.",
            valueName: "name: key.path=value; …"
        )
    )
    var variant: [String] = []

    @Option(help: ArgumentHelp("The seeds, in place of the scenarios' own: 1-5, or 1,2,9.", valueName: "seeds"))
    var seeds: String?

    @Option(help: "The number of rounds, in place of the scenarios'.")
    var rounds: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Any key, in place of the scenarios'; may be repeated.", valueName: "key.path=value")
    )
    var assignments: [String] = []

    @OptionGroup var data: DataFolderArguments

    @Option(
        help: ArgumentHelp("The folder for the results; results/compare-NAME unless stated.", valueName: "folder"),
        completion: .directory
    )
    var out: String?

    @Option(help: ArgumentHelp("Also tell the rounds and bytes that runs need to this accuracy.", valueName: "share"))
    var targetAccuracy: Double?

    @Option(help: ArgumentHelp("How many of the last measured accuracies the second mean is over.", valueName: "count"))
    var last = 5

    @Option(help: ArgumentHelp("The configuration that others are compared with; the first.", valueName: "name"))
    var baseline: String?

    @Option(help: "How many runs at once; as many as the machine has processors unless stated.")
    var jobs: Int?

    @Option(help: "How many clients each run trains at once; the processors divided by --jobs unless stated.")
    var threads: Int?

    @Option(help: "More runs than this are taken for a mistake.")
    var maxRuns = 200

    @Flag(help: "Run again what is finished.")
    var force = false

    @Flag(help: "Keep runs' durable state in memory: faster, and an interrupted run starts anew.")
    var memory = false

    @Flag(help: "Print the comparison as one JSON object.")
    var json = false

    @Flag(name: .shortAndLong, help: "Show no progress and no table.")
    var quiet = false

    func validate() throws {
        if scenarios.isEmpty { throw ValidationError("got no scenario, expected one or several.") }
        if let targetAccuracy, !(targetAccuracy > 0 && targetAccuracy <= 1) {
            throw ValidationError("--target-accuracy: got \(targetAccuracy), expected a share above 0 and up to 1.")
        }
        for (name, value, most) in [
            ("--jobs", jobs ?? 1, 1024), ("--threads", threads ?? 1, 1024), ("--last", last, 1 << 20),
            ("--max-runs", maxRuns, 1 << 20),
        ] where !(1...most).contains(value) {
            throw ValidationError("\(name): got \(value), expected 1 to \(most).")
        }
    }

    func run() async throws {
        let (result, folder) = try await reporting { () async throws(CommandFailure) in try await compare() }
        let table = ComparisonTable(result)
        if json {
            print(try table.json())
        } else if !quiet {
            print(table.text(folder: folder), terminator: "")
        }
        if result.failureCount > 0 { throw ExitCode(CommandFailure.Status.program.rawValue) }
    }

    private func compare() async throws(CommandFailure) -> (ComparisonOutcome, String) {
        let plan = try makePlan()
        let folder = out ?? "results/compare-\(plan.name)"
        var options = ComparisonRunner.Options(folder: folder)
        options.data = data.folders
        let processors = ProcessInfo.processInfo.activeProcessorCount
        options.jobCount = min(jobs ?? processors, plan.runCount)
        options.threadCount = threads ?? max(1, processors / options.jobCount)
        options.replaces = force
        options.isInMemory = memory
        options.targetAccuracy = targetAccuracy
        options.lastCount = last
        options.baseline = baseline
        let runner = try ComparisonRunner(plan, options: options)
        let display = quiet ? nil : ComparisonDisplay(plan)
        let result = try await Interruption().watch { () async throws(CommandFailure) in
            defer { display?.finish() }
            return try await runner.run { display?.show($0) }
        }
        return (result, folder)
    }

    private func makePlan() throws(CommandFailure) -> ComparisonPlan {
        var overrides: [ScenarioOverride] = []
        for assignment in assignments {
            guard let override = ScenarioOverride(assignment: assignment) else {
                throw CommandFailure(
                    .usage,
                    "--set: got \"\(assignment)\", expected a key and a value such as round.cohort=20."
                )
            }
            overrides.append(override)
        }
        if let rounds { overrides.append(ScenarioOverride(key: "rounds", value: rounds, option: "--rounds \(rounds)")) }
        var axes: [SweepAxis] = []
        for text in grid { axes.append(try SweepAxis(text)) }
        var variants: [SweepVariant] = []
        for text in variant { variants.append(try SweepVariant(text)) }
        return try ComparisonPlan(
            scenarios: scenarios,
            overrides: overrides,
            variants: variants,
            axes: axes,
            seeds: try seeds.map { (text) throws(CommandFailure) in try SeedList.parse(text) },
            runCountMax: maxRuns
        )
    }
}
