import Foundation
public import HansaAggregation
import HansaCoordinator
import HansaCore
public import HansaLearning
import HansaReport
import HansaResults

/// Runs every configuration of a plan for every seed, several at once, and writes what they come to.
///
/// Each run has a folder of its own below `runs/`, named after its configuration, its seed and the digest of the resolved
/// scenario with the contents of its files. A finished run of that digest is taken as it is, an interrupted one goes on,
/// and one that cannot go on starts anew; a changed scenario has another folder and never meets old results.
public struct ComparisonRunner: Sendable {
    /// How a plan is run; none of it changes a model.
    public struct Options: Sendable {
        /// The folder for everything.
        public var folder: String
        /// Where named data sets are looked for.
        public var data = DataFolders()
        /// How many runs at once, and how many clients each of them trains at once.
        public var jobCount = 1
        public var threadCount = 1
        /// Runs again what is finished.
        public var replaces = false
        /// Keeps runs' durable state in memory: faster, and an interrupted run starts anew.
        public var isInMemory = false
        public var targetAccuracy: Double?
        /// How many of the last measured accuracies the second mean is over.
        public var lastCount = 5
        /// The label of the configuration that the others are compared with; the first unless stated.
        public var baseline: String?

        public init(folder: String) { self.folder = folder }
    }

    public static let resultFile = "compare.json"
    static let runsFolder = "runs"

    private let plan: ComparisonPlan
    private let options: Options
    private let registry: StrategyRegistry

    /// Refuses a baseline that is no configuration of the plan.
    ///
    /// - Parameter registry: the strategies that scenarios may name.
    public init(
        _ plan: ComparisonPlan,
        options: Options,
        registry: StrategyRegistry = .standard
    ) throws(CommandFailure) {
        let labels = plan.configurations.map(\.label)
        if let baseline = options.baseline, !labels.contains(baseline) {
            throw CommandFailure(
                .usage,
                "--baseline: got \"\(baseline)\", expected one of "
                    + labels.prefix(20).map { "\"\($0)\"" }.joined(separator: ", ") + "."
            )
        }
        self.plan = plan
        self.options = options
        self.registry = registry
    }

    /// Runs what is not done yet, writes `compare.json` and the report, and returns the figures.
    ///
    /// Every configuration is read with its data before the first is run, so that a mistake in the last is found at
    /// once. A run that cannot go on, such as one whose model diverges, is taken down with its reason.
    public func run(
        observer: @escaping @Sendable (ComparisonEvent) -> Void = { _ in }
    ) async throws(CommandFailure) -> ComparisonOutcome {
        for line in try check() { observer(.caveat(line)) }
        try prepareFolder()
        let outcomes = try await runAll(observer)
        let result = makeResult(outcomes)
        try write(result)
        return result
    }

    /// Reads every configuration once with its data, and returns their caveats.
    private func check() throws(CommandFailure) -> [String] {
        var checked = Set<Int>()
        var lines: [String] = []
        for run in plan.runs where checked.insert(run.configuration).inserted {
            if Task.isCancelled { throw interrupted() }
            for line in CaveatFile.lines(try prepared(run).composition) where !lines.contains(line) {
                lines.append(line)
            }
        }
        return lines
    }

    private func prepared(_ run: ComparisonPlan.Run) throws(CommandFailure) -> PreparedRun {
        do throws(ScenarioError) {
            return try run.scenario.prepared(data: options.data, registry: registry)
        } catch {
            throw CommandFailure(error)
        }
    }

    private func prepareFolder() throws(CommandFailure) {
        let runs = options.folder + "/" + Self.runsFolder
        if let names = try? FileManager.default.contentsOfDirectory(atPath: options.folder), !names.isEmpty,
            !names.contains(Self.runsFolder)
        {
            throw CommandFailure(
                .output,
                "\(options.folder): got a folder with other files (\(names.sorted()[0])), expected an empty one, none, "
                    + "or that of an earlier comparison. Name another with --out."
            )
        }
        do {
            try FileManager.default.createDirectory(atPath: runs, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure(.output, "\(runs): the folder cannot be made: \(error.localizedDescription)")
        }
    }

    /// What became of one run of the plan.
    private struct Attempt: Sendable {
        var index: Int
        var result: Result<ComparisonOutcome.Run, CommandFailure>
    }

    /// The figures of all runs in the plan's order, at most `jobCount` of them running.
    private func runAll(
        _ observer: @escaping @Sendable (ComparisonEvent) -> Void
    ) async throws(CommandFailure) -> [ComparisonOutcome.Run] {
        let count = plan.runs.count
        let first = min(max(1, options.jobCount), count)
        let attempts = await withTaskGroup(of: Attempt.self) { group in
            for index in 0..<first { group.addTask { await attempt(index, observer) } }
            var next = first
            var attempts: [Attempt] = []
            for await attempt in group {
                attempts.append(attempt)
                if case .failure = attempt.result {
                    next = count
                    group.cancelAll()
                } else if next < count {
                    let index = next
                    next += 1
                    group.addTask { await self.attempt(index, observer) }
                }
            }
            return attempts
        }
        var runs: [ComparisonOutcome.Run] = []
        // The first failure is the reason; those after it were cancelled.
        for attempt in attempts { if case .failure(let failure) = attempt.result { throw failure } }
        for attempt in attempts.sorted(by: { $0.index < $1.index }) { runs.append(try attempt.result.get()) }
        return runs
    }

    private func attempt(
        _ index: Int,
        _ observer: @escaping @Sendable (ComparisonEvent) -> Void
    ) async -> Attempt {
        do throws(CommandFailure) {
            return Attempt(index: index, result: .success(try await perform(plan.runs[index], observer)))
        } catch {
            return Attempt(index: index, result: .failure(error))
        }
    }

    private func interrupted() -> CommandFailure {
        CommandFailure(
            .interrupted,
            "interrupted; the same command goes on with what is in \(options.folder)/\(Self.runsFolder)."
        )
    }

    private func perform(
        _ run: ComparisonPlan.Run,
        _ observer: @escaping @Sendable (ComparisonEvent) -> Void
    ) async throws(CommandFailure) -> ComparisonOutcome.Run {
        if Task.isCancelled { throw interrupted() }
        let prepared = try prepared(run)
        let label = plan.configurations[run.configuration].label
        let configurationDigest = prepared.specification.configurationDigest.hexadecimal
        let digest = SHA256Digest(hashing: Array((configurationDigest + prepared.scenario.yaml).utf8)).hexadecimal
        let name = "\(Self.runsFolder)/\(Self.fileName(label))-\(run.seed)-\(digest.prefix(12))"
        let folder = ResultFolder(path: options.folder + "/" + name)
        let rounds = Int(prepared.scenario.rounds)
        var isFound = false
        if case .finished = try folder.content(), !options.replaces { isFound = true }
        observer(.started(label: label, seed: run.seed, rounds: isFound ? 0 : rounds))
        let finished: ComparisonOutcome.Run
        do throws(CommandFailure) {
            let result = try await simulate(prepared, folder: folder, resumes: !options.replaces) { event in
                if case .round = event { observer(.round(label: label, seed: run.seed)) }
            }
            finished = ComparisonOutcome.Run(
                seed: run.seed,
                folder: name,
                result: result,
                lines: try files(folder).lines,
                targetAccuracy: options.targetAccuracy,
                lastCount: options.lastCount
            )
        } catch {
            if error.status == .interrupted { throw interrupted() }
            // The machine's fault, or the user's: it would be every other run's too.
            guard error.status == .program else { throw error }
            finished = ComparisonOutcome.Run(
                seed: run.seed,
                folder: name,
                configurationDigest: configurationDigest,
                failure: error.message
            )
        }
        observer(.finished(label: label, run: finished, rounds: rounds, isFound: isFound))
        return finished
    }

    private func simulate(
        _ prepared: PreparedRun,
        folder: ResultFolder,
        resumes: Bool,
        observer: @escaping @Sendable (SimulationEvent) -> Void
    ) async throws(CommandFailure) -> RunResult {
        var runOptions = SimulationRunner.Options(folder: folder)
        runOptions.resumes = resumes
        runOptions.replaces = !resumes
        runOptions.isInMemory = options.isInMemory
        runOptions.threadCount = options.threadCount
        do throws(CommandFailure) {
            return try await SimulationRunner(prepared, options: runOptions).run(observer: observer)
        } catch {
            // What is left of an earlier attempt cannot be gone on from: its state is gone, or it was in memory.
            guard resumes, error.status == .data else { throw error }
            return try await simulate(prepared, folder: folder, resumes: false, observer: observer)
        }
    }

    private func files(_ folder: ResultFolder) throws(CommandFailure) -> RunFiles {
        do throws(ReportError) { return try RunFiles(folder: folder.path) } catch { throw CommandFailure(error) }
    }

    /// A label as a part of a folder's name.
    static func fileName(_ label: String) -> String {
        let name = label.prefix(60).map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.=".contains($0)) ? $0 : "-" }
        return String(name.drop { $0 == "." })
    }

    private func makeResult(_ outcomes: [ComparisonOutcome.Run]) -> ComparisonOutcome {
        var configurations = plan.configurations.enumerated().map { index, configuration in
            ComparisonOutcome.Configuration(
                label: configuration.label,
                scenario: configuration.scenario,
                settings: configuration.settings,
                runs: zip(plan.runs, outcomes).filter { $0.0.configuration == index }.map(\.1)
            )
        }
        let baseline = options.baseline ?? configurations[0].label
        if let reference = configurations.first(where: { $0.label == baseline }) {
            for index in configurations.indices where configurations[index].label != baseline {
                configurations[index].compare(with: reference)
            }
        }
        return ComparisonOutcome(
            name: plan.name,
            version: HansaVersion.current,
            targetAccuracy: options.targetAccuracy,
            lastCount: options.lastCount,
            baseline: baseline,
            configurations: configurations
        )
    }

    private func write(_ result: ComparisonOutcome) throws(CommandFailure) {
        try ResultFolder(path: options.folder).write(
            Array((try JSONLines.pretty(result) + "\n").utf8),
            to: Self.resultFile
        )
        var groups: [RunGroup] = []
        for configuration in result.configurations {
            var runs: [RunFiles] = []
            for run in configuration.runs where run.failure == nil {
                runs.append(try files(ResultFolder(path: options.folder + "/" + run.folder)))
            }
            if !runs.isEmpty { groups.append(RunGroup(name: configuration.label, runs: runs)) }
        }
        guard !groups.isEmpty else { return }
        do throws(ReportError) {
            try ReportFolder.write(
                comparing: groups,
                title: result.name,
                tables: ComparisonTable(result).reportTables,
                to: options.folder
            )
        } catch {
            throw CommandFailure(error)
        }
    }
}
