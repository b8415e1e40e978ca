import Foundation
import HansaCoordinator
import HansaCore
import HansaDense
import HansaNumerics
import HansaReport
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
        /// How clients and coordinator speak.
        ///
        /// A resumed framed run counts the bytes since it was resumed.
        public var transport: SimulatedTransport = .inProcess
        public var keepsTraceHash = false
        /// The processes that train with this one, which is the first of them.
        public var ranks: RankGroup?
        /// Whether rounds are also written as TensorBoard events.
        public var writesEvents = false

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
        try checkKernels()
        let folder = options.folder
        if let finished = try prepareFolder() { return finished }
        let kept = try keptMetrics()
        try writePartition()
        let metrics = try MetricsFile(path: folder.file(ResultFolder.metricsFile), keeping: kept)
        let events = try makeEventFile(keeping: kept)
        var simulation = run.makeSimulation(
            threadCount: options.threadCount,
            faults: options.faults,
            transport: options.transport,
            ranks: options.ranks
        )
        simulation.external = run.scenario.trainer.map { trainer in
            ExternalTraining(
                command: trainer.command,
                answerSeconds: trainer.answerSeconds,
                folder: folder.file(ResultFolder.trainerFolder),
                log: folder.file(ResultFolder.trainerLog)
            )
        }
        if !options.isInMemory {
            simulation.memoryFolder = URL(fileURLWithPath: folder.file(ResultFolder.memoryFolder))
        }
        let started = ContinuousClock.now
        let outcome: SimulationOutcome
        do throws(SimulationError) {
            outcome = try await simulation.run(
                reportedAttemptCount: kept.count { $0.round > 0 },
                makeStore: makeStore(),
                observer: { event in
                    switch event {
                    case .started(let line), .round(let line):
                        metrics.append(line)
                        events?.append(line)
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
        do throws(ReportError) { try events?.finish() } catch { throw CommandFailure(error) }
        try writeModel(outcome.checkpoint)
        try writeParticipation(outcome.participation)
        let result = makeResult(outcome, lines: lines, newLineCount: lines.count - kept.count, seconds: seconds)
        try folder.write(Array((try JSONLines.line(result) + "\n").utf8), to: ResultFolder.resultFile)
        try writeReport()
        return result
    }

    /// Makes the page and the pictures of what the folder holds.
    func writeReport() throws(CommandFailure) {
        let path = options.folder.path
        do throws(ReportError) { try ReportFolder.write(of: path, to: path) } catch { throw CommandFailure(error) }
    }

    private func makeEventFile(keeping lines: [RoundMetrics]) throws(CommandFailure) -> EventFile? {
        guard options.writesEvents else { return nil }
        let now = UInt64(max(0, Date().timeIntervalSince1970))
        do throws(ReportError) {
            return try EventFile(folder: options.folder.path, keeping: lines, now: now)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Refuses a kernel variant that was asked for and is not in use: a comparison of variants would compare nothing.
    private func checkKernels() throws(CommandFailure) {
        let active = KernelVariant.activeName
        guard let asked = ProcessInfo.processInfo.environment["HANSA_KERNELS"], !asked.isEmpty, asked != active else {
            return
        }
        throw CommandFailure(
            .usage,
            "HANSA_KERNELS: got \"\(asked)\", which this processor or build does not have (\(active) is the best it "
                + "does); expected one of baseline, v3, v4. Unset it, or name another."
        )
    }

    /// Makes the folder ready; returns the result of a run that is over already.
    func prepareFolder() throws(CommandFailure) -> RunResult? {
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
            try checkStoredModel(result)
            // It may have died between its result and its report.
            if !FileManager.default.fileExists(atPath: folder.file(ReportFolder.pageFile)) { try writeReport() }
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
            do throws(StoreError) {
                try DurableStore.remove(folder: folder.file(ResultFolder.stateFolder))
            } catch {
                throw CommandFailure(error)
            }
            try folder.clear()
        }
        try folder.create(scenario: scenario)
        if let caveats = try CaveatFile.json(run.composition) {
            try folder.write(Array(caveats.utf8), to: ResultFolder.caveatFile)
        }
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

    /// Refuses a finished run whose model file is not the one its result names.
    private func checkStoredModel(_ result: RunResult) throws(CommandFailure) {
        let path = options.folder.file(ResultFolder.modelFile)
        let digest: SHA256Digest
        do throws(StoreError) {
            digest = try SafetensorsFile.read(path).checkpoint.modelDigest
        } catch {
            throw CommandFailure(error)
        }
        guard digest.hexadecimal == result.digest else {
            throw CommandFailure(
                .data,
                "\(path): got a model with the digest \(digest.hexadecimal), expected \(result.digest), which "
                    + "\(ResultFolder.resultFile) names. Restore it from a copy, or start over with --force."
            )
        }
    }

    /// The lines of an interrupted run that its durable state covers.
    private func keptMetrics() throws(CommandFailure) -> [RoundMetrics] {
        let file = options.folder.file(ResultFolder.metricsFile)
        guard options.resumes, !options.isInMemory, FileManager.default.fileExists(atPath: file) else { return [] }
        let participation: [ParticipationRecord]
        guard FileManager.default.fileExists(atPath: options.folder.file(ResultFolder.stateFolder)) else {
            throw CommandFailure(
                .data,
                "\(options.folder.path): got measurements without the run's durable state in "
                    + "\(ResultFolder.stateFolder)/. Restore it from a copy, or start over with --force."
            )
        }
        do throws(StoreError) {
            let store = try DurableStore(folder: options.folder.file(ResultFolder.stateFolder))
            let digest = run.specification.configurationDigest
            participation = try store.recover(configurationDigest: digest)?.participation ?? []
        } catch {
            throw CommandFailure(error)
        }
        let lines: [RoundMetrics] = try JSONLines.read(file, isTornEndAllowed: true)
        let initial = lines.prefix { $0.round == 0 }
        // A run that is resumed before its first round reports round 0 again. From the first line on that is missing or
        // another attempt's, the run reports anew what its durable state knows.
        guard !participation.isEmpty else { return [] }
        let covered = zip(lines.dropFirst(initial.count), participation).prefix { line, record in
            line.round == record.round && line.attempt == record.attempt
        }
        return Array(initial) + covered.map(\.0)
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

    func writeModel(_ checkpoint: Checkpoint) throws(CommandFailure) {
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

    func writeParticipation(_ records: [ParticipationRecord]) throws(CommandFailure) {
        var text = ""
        for record in records { text += try JSONLines.line(record) + "\n" }
        try options.folder.write(Array(text.utf8), to: ResultFolder.participationFile)
    }

    func makeResult(
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
            stopped: outcome.stop?.description,
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
            transport: outcome.traffic == nil ? nil : "framed",
            wire: outcome.traffic,
            seconds: seconds,
            roundsPerSecond: seconds > 0 ? Double(rounds) / seconds : 0,
            threadCount: options.threadCount,
            kernels: KernelVariant.activeName,
            arithmetic: run.architecture.arithmetic
        )
    }
}
