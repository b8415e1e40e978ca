import Foundation
import HansaCoordinator
import HansaCore
import HansaDense
import HansaNumerics
public import HansaResults
import HansaStore

/// Runs a prepared scenario into a result folder: what `hansa simulate` does.
///
/// A run that is interrupted or killed leaves its durable state; the same call with ``Options/resumes`` goes on from it
/// and ends with the same bits.
public struct SimulationRunner: Sendable {
    /// How a scenario is run; none of it changes the model.
    public struct Options: Sendable {
        public var folder: ResultFolder
        /// Goes on with what the folder holds.
        public var resumes = false
        /// Removes what an earlier run left.
        public var replaces = false
        /// Keeps the durable state in memory, so that the run cannot be resumed.
        public var isInMemory = false
        public var threadCount = ProcessInfo.processInfo.activeProcessorCount
        public var faults: FaultPlan?
        public var keepsTraceHash = false

        public init(folder: ResultFolder) { self.folder = folder }
    }

    public let run: PreparedRun
    public let options: Options

    public init(_ run: PreparedRun, options: Options) {
        self.run = run
        self.options = options
    }

    /// Runs to the end and writes the results; `observer` is told of everything that happens.
    public func run(
        observer: @escaping @Sendable (SimulationEvent) -> Void = { _ in }
    ) async throws(CommandFailure) -> RunResult {
        let folder = options.folder
        if let finished = try prepareFolder() { return finished }
        let kept = try keptMetrics()
        let metrics = try MetricsFile(path: folder.file(ResultFolder.metricsFile), keeping: kept)
        let simulation = run.makeSimulation(threadCount: options.threadCount, faults: options.faults)
        let started = ContinuousClock.now
        let outcome: SimulationOutcome
        do throws(SimulationError) {
            outcome = try await simulation.run(
                reportedAttemptCount: kept.count { $0.round > 0 },
                makeStore: makeStore(),
                observer: { event in
                    switch event {
                    case .started(let line), .round(let line): metrics.append(line)
                    case .trained, .restarted: break
                    }
                    observer(event)
                }
            )
        } catch {
            _ = try metrics.finish()
            throw failure(error)
        }
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        let lines = try metrics.finish()
        try writeModel(outcome.checkpoint)
        try writeParticipation(outcome.participation)
        let result = makeResult(outcome, lines: lines, newLineCount: lines.count - kept.count, seconds: seconds)
        try folder.write(Array((try JSONLines.line(result) + "\n").utf8), to: ResultFolder.resultFile)
        return result
    }

    /// Makes the folder ready; returns the result of a run that is over already.
    private func prepareFolder() throws(CommandFailure) -> RunResult? {
        let folder = options.folder
        let scenario = run.scenario.yaml
        switch try folder.content() {
        case .nothing: break
        case .foreign(let name):
            throw CommandFailure(
                .output,
                "\(folder.path): got a folder with other files (\(name)), expected an empty one or none. "
                    + "Name another with --out."
            )
        case .finished(let result) where options.resumes:
            try checkStoredScenario(scenario)
            return result
        case .unfinished where options.resumes:
            try checkStoredScenario(scenario)
            return nil
        case .unfinished, .finished:
            guard options.replaces else {
                throw CommandFailure(
                    .output,
                    "\(folder.path): got the results of an earlier run, expected a folder without. "
                        + "Go on with it by --resume, replace it by --force, or name another with --out."
                )
            }
            try folder.clear()
        }
        try folder.create(scenario: scenario)
        return nil
    }

    private func checkStoredScenario(_ scenario: String) throws(CommandFailure) {
        guard options.folder.storedScenario() == scenario else {
            throw CommandFailure(
                .usage,
                "\(options.folder.path): got the results of another scenario or seed, expected those of this one. "
                    + "Compare \(ResultFolder.scenarioFile) there with `hansa scenario check`, or name another folder "
                    + "with --out."
            )
        }
    }

    /// The lines of an interrupted run that its durable state covers.
    private func keptMetrics() throws(CommandFailure) -> [RoundMetrics] {
        let file = options.folder.file(ResultFolder.metricsFile)
        guard options.resumes, !options.isInMemory, FileManager.default.fileExists(atPath: file) else { return [] }
        let attemptCount: Int
        do throws(StoreError) {
            let store = try DurableStore(folder: options.folder.file(ResultFolder.stateFolder))
            let digest = run.specification.configurationDigest
            attemptCount = try store.recover(configurationDigest: digest)?.participation.count ?? 0
        } catch {
            throw CommandFailure(error)
        }
        let lines: [RoundMetrics] = try JSONLines.read(file, isTornEndAllowed: true)
        let initial = lines.prefix { $0.round == 0 }
        // A run that is resumed before its first round reports round 0 again.
        return attemptCount == 0 ? [] : Array(initial + lines.dropFirst(initial.count).prefix(attemptCount))
    }

    private func makeStore() -> Simulation.StoreMaker {
        if options.isInMemory {
            let memory = SharedMemory()
            return { (observer) throws(StoreError) in memory.open(observer) }
        }
        let path = options.folder.file(ResultFolder.stateFolder)
        return { (observer) throws(StoreError) in try DurableStore(folder: path, observer: observer) }
    }

    private func failure(_ error: SimulationError) -> CommandFailure {
        guard error == .cancelled else { return CommandFailure(error) }
        return CommandFailure(
            .interrupted,
            options.isInMemory
                ? "interrupted; a run in memory cannot be resumed."
                : "interrupted; the same command with --resume goes on from \(options.folder.path)."
        )
    }

    private func writeModel(_ checkpoint: Checkpoint) throws(CommandFailure) {
        let file = options.folder.file(ResultFolder.modelFile)
        do throws(StoreError) {
            try SafetensorsFile.write(checkpoint, run: run.specification.run, to: file + ".new")
        } catch {
            throw CommandFailure(error)
        }
        guard rename(file + ".new", file) == 0 else {
            throw CommandFailure(.io, "\(file): cannot be renamed: \(String(cString: strerror(errno)))")
        }
    }

    private func writeParticipation(_ records: [ParticipationRecord]) throws(CommandFailure) {
        var text = ""
        for record in records { text += try JSONLines.line(record) + "\n" }
        try options.folder.write(Array(text.utf8), to: ResultFolder.participationFile)
    }

    private func makeResult(
        _ outcome: SimulationOutcome,
        lines: [RoundMetrics],
        newLineCount: Int,
        seconds: Double
    ) -> RunResult {
        let committed = lines.filter { $0.outcome == "committed" }
        let rounds = lines.suffix(max(0, newLineCount)).count { $0.outcome == "committed" }
        let last = lines.last { $0.accuracy != nil }
        return RunResult(
            name: run.scenario.name,
            seed: run.scenario.seed,
            roundCount: committed.count,
            abortedAttemptCount: lines.count { $0.round > 0 } - committed.count,
            clientCount: run.clients.count,
            cohort: run.specification.policy.cohort,
            parameterCount: run.architecture.parameterCount,
            digest: outcome.digest.hexadecimal,
            configurationDigest: run.specification.configurationDigest.hexadecimal,
            accuracy: last?.accuracy,
            loss: last?.loss,
            bytesUp: lines.reduce(0) { $0 + $1.bytesUp },
            bytesDown: lines.reduce(0) { $0 + $1.bytesDown },
            floatBytesUp: lines.reduce(0) { $0 + $1.floatBytesUp },
            saturatedCount: lines.reduce(0) { $0 + ($1.saturatedCount ?? 0) },
            clippedCount: lines.reduce(0) { $0 + ($1.clippedCount ?? 0) },
            traceHash: options.keepsTraceHash ? outcome.traceHash.hexadecimal : nil,
            restartCount: outcome.restartCount,
            seconds: seconds,
            roundsPerSecond: seconds > 0 ? Double(rounds) / seconds : 0,
            threadCount: options.threadCount,
            kernels: KernelVariant.activeName
        )
    }
}
