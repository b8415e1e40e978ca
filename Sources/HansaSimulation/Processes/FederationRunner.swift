import Foundation
import HansaAccounting
import HansaCoordinator
import HansaCore
import HansaNumerics
import HansaPrivacy
public import HansaResults
import HansaStore

/// Runs a prepared scenario as real processes on this machine: a coordinator and one client program for each client, over
/// mutual TLS on 127.0.0.1.
///
/// The same scenario first runs framed in this process. The processes must come to its record, and, where none of them
/// died, to its training bytes; and, unless noise is drawn from the operating system, to its model and to what its
/// privacy ledger means: else the run fails, so a result is also a proof of that.
public struct FederationRunner: Sendable {
    /// The most clients that are started as processes on one machine.
    public static let clientCountMax = 256

    /// The folder of certificates, data and logs within the result folder.
    static let processFolder = "processes"

    public let runner: SimulationRunner
    /// The program that is the coordinator: `hansa` itself.
    public let executable: String
    /// The client program.
    public let clientExecutable: String
    /// Whether processes are killed on purpose.
    public let kills: Bool

    public init(_ runner: SimulationRunner, executable: String, clientExecutable: String, kills: Bool = false) {
        self.runner = runner
        self.executable = executable
        self.clientExecutable = clientExecutable
        self.kills = kills
    }

    /// Runs to the end and writes the results; `observer` is told of each round.
    public func run(
        observer: @escaping @Sendable (SimulationEvent) -> Void = { _ in }
    ) async throws(CommandFailure) -> RunResult {
        let run = runner.run
        guard run.clients.count <= Self.clientCountMax else {
            throw CommandFailure(
                .usage,
                "--transport tls: got \(run.clients.count) clients, expected at most \(Self.clientCountMax): each is a "
                    + "process. Use --transport framed, which sends the same bytes in one process."
            )
        }
        switch run.architecture {
        case .exact, .exactSwitch: break
        case .network:
            throw CommandFailure(
                .usage,
                "--transport tls: got a model that oneDNN trains, expected a fully connected one or an exact switch-moe: hansa-client has the "
                    + "exact trainer. Use --transport framed, which sends the same bytes in one process."
            )
        }
        guard run.scenario.preparation.augmentation == nil else {
            throw CommandFailure(
                .usage,
                "--transport tls: got data.augment, expected none: hansa-client trains on its data as they are. Remove "
                    + "data.augment, or use --transport framed, which sends the same bytes in one process."
            )
        }
        guard run.scenario.trainer == nil else {
            throw CommandFailure(
                .usage,
                "--transport tls: got a scenario with a trainer of its own, expected none: these clients have the exact "
                    + "trainer. Use --transport framed, which sends the same bytes in one process."
            )
        }
        for path in [executable, clientExecutable] where !FileManager.default.isExecutableFile(atPath: path) {
            throw CommandFailure(.usage, "\(path): got no program there. Build it, or name another by --client.")
        }
        if let finished = try runner.prepareFolder() { return finished }
        // From here on the folder is known as a run's, which --force may replace.
        try runner.writePartition()
        _ = try MetricsFile(path: runner.options.folder.file(ResultFolder.metricsFile)).finish()
        let (predicted, ledger) = try await predict()
        if let initial = predicted.metrics.first, initial.round == 0 { observer(.started(initial)) }
        let folder = runner.options.folder
        let files = FederationFiles(folder: Self.absolute(folder.file(Self.processFolder)), run: run)
        let state = Self.absolute(folder.file(ResultFolder.stateFolder))
        try files.write(scenario: Self.absolute(folder.file(ResultFolder.scenarioFile)), state: state)
        let supervisor = FederationSupervisor(
            files: files,
            executable: executable,
            clientExecutable: clientExecutable,
            deaths: kills ? .demonstration(cohorts: predicted.participation.map(\.accepted)) : .none
        )
        let started = ContinuousClock.now
        let report = try await supervisor.run { line in
            if let shown = Self.line(line, of: predicted) { observer(.round(shown)) }
        }
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        let store = try openStore(state)
        let result = try finish(report, predicted: predicted, store: store, seconds: seconds)
        if isRepeatable {
            let lines = try Self.meaning(of: store)
            try require("the privacy ledger's digest", got: lines, expected: ledger)
        }
        return result
    }

    /// Whether two runs of the scenario come to the same bits: without noise, or with noise that follows from the seed.
    private var isRepeatable: Bool { runner.run.scenario.privacy?.source != .system }

    /// The same scenario in frames: how it went, and what its privacy ledger means.
    private func predict() async throws(CommandFailure) -> (SimulationOutcome, ledger: String) {
        let memory = SharedMemory()
        let simulation = runner.run.makeSimulation(threadCount: runner.options.threadCount, transport: .framed())
        let outcome: SimulationOutcome
        do throws(SimulationError) {
            outcome = try await simulation.run { (observer) throws(StoreError) in memory.open(observer) }
        } catch {
            throw CommandFailure(error)
        }
        return (outcome, try Self.meaning(of: memory.open(nil)))
    }

    private func openStore(_ state: String) throws(CommandFailure) -> DurableStore {
        do throws(StoreError) { return try DurableStore(folder: state) } catch { throw CommandFailure(error) }
    }

    /// The semantic digest of a store's privacy ledger, every line of it checked; empty for a ledger without lines.
    private static func meaning(of store: any CoordinatorStore) throws(CommandFailure) -> String {
        var verifier = LedgerVerifier()
        do {
            for line in try store.ledger() { try verifier.read(line.bytes) }
        } catch let error as StoreError {
            throw CommandFailure(error)
        } catch {
            throw CommandFailure(.program, "the privacy ledger does not hold: \(error)")
        }
        return verifier.state?.semanticDigest.hexadecimal ?? ""
    }

    /// Compares what the processes left with the prediction, and writes the result folder.
    private func finish(
        _ report: FederationSupervisor.Report,
        predicted: SimulationOutcome,
        store: DurableStore,
        seconds: Double
    ) throws(CommandFailure) -> RunResult {
        let specification = runner.run.specification
        let recovered: RecoveredRun?
        do throws(StoreError) {
            recovered = try store.recover(configurationDigest: specification.configurationDigest)
        } catch {
            throw CommandFailure(error)
        }
        // The last round, or the one at which the privacy budget ends the run.
        guard let recovered, recovered.checkpoint.round == predicted.checkpoint.round else {
            throw CommandFailure(
                .program,
                "the coordinator ended after round \(recovered?.checkpoint.round ?? 0), the framed simulation after round "
                    + "\(predicted.checkpoint.round). See \(runner.options.folder.path)."
            )
        }
        let lines = recovered.participation.compactMap { record in
            Self.line(round: record.round, attempt: record.attempt, of: predicted, report: report)
        }
        let traffic = WireTraffic(
            coordinator: report.coordinator,
            clients: report.clients,
            counted: predicted.traffic?.counted ?? .init(),
            tls: report.tls
        )
        try check(recovered, traffic, report, predicted: predicted)
        let initial = predicted.metrics.prefix { $0.round == 0 }
        let folder = runner.options.folder
        let metrics = try MetricsFile(path: folder.file(ResultFolder.metricsFile), keeping: initial + lines)
        _ = try metrics.finish()
        try runner.writeModel(recovered.checkpoint)
        try runner.writeParticipation(recovered.participation)
        var outcome = predicted
        outcome.digest = recovered.checkpoint.modelDigest
        outcome.restartCount = report.restartCount
        outcome.traffic = traffic
        var result = runner.makeResult(
            outcome,
            lines: initial + lines,
            newLineCount: lines.count,
            seconds: seconds
        )
        result.transport = "tls"
        result.clientRestartCount = report.clientRestartCount
        try folder.write(Array((try JSONLines.line(result) + "\n").utf8), to: ResultFolder.resultFile)
        try runner.writeReport()
        return result
    }

    private func check(
        _ recovered: RecoveredRun,
        _ wire: WireTraffic,
        _ report: FederationSupervisor.Report,
        predicted: SimulationOutcome
    ) throws(CommandFailure) {
        if isRepeatable {
            let digest = recovered.checkpoint.modelDigest.hexadecimal
            try require("the model's digest", got: digest, expected: predicted.digest.hexadecimal)
        }
        guard participation(recovered.participation) == participation(predicted.participation) else {
            throw CommandFailure(.program, "the record of who took part differs from that of the framed simulation.")
        }
        // What a process counted dies with it.
        guard report.restartCount == 0, report.clientRestartCount == 0, let framed = predicted.traffic else { return }
        for (side, up, down) in [
            ("the coordinator", wire.up, wire.down), ("the clients", wire.clients.up, wire.clients.down),
        ] {
            try require("training bytes up by \(side)", got: "\(up.training)", expected: "\(framed.up.training)")
            try require("training bytes down by \(side)", got: "\(down.training)", expected: "\(framed.down.training)")
        }
    }

    /// Who took part; which model came of it is no part of it where noise is drawn anew.
    private func participation(_ records: [ParticipationRecord]) -> [ParticipationRecord] {
        isRepeatable
            ? records
            : records.map { record in
                var record = record
                if case .committed(let version, _) = record.outcome {
                    record.outcome = .committed(version: version, digest: "")
                }
                return record
            }
    }

    private func require(_ what: String, got: String, expected: String) throws(CommandFailure) {
        guard got != expected else { return }
        throw CommandFailure(.program, "\(what): got \(got), expected \(expected), as in the framed simulation.")
    }

    /// A coordinator's line as a line of metrics.
    private static func line(_ line: FederationLine, of predicted: SimulationOutcome) -> RoundMetrics? {
        guard let round = line.round, let attempt = line.attempt else { return nil }
        var report = FederationSupervisor.Report()
        report.rounds = [line]
        return Self.line(round: round, attempt: attempt, of: predicted, report: report)
    }

    /// What was measured of an attempt: payload bytes follow from its plan, the rest is what the coordinator said, if it
    /// lived to say it.
    private static func line(
        round: UInt32,
        attempt: UInt32,
        of predicted: SimulationOutcome,
        report: FederationSupervisor.Report
    ) -> RoundMetrics? {
        guard var line = predicted.metrics.first(where: { $0.round == round && $0.attempt == attempt }) else {
            return nil
        }
        let said = report.rounds.last { $0.round == round && $0.attempt == attempt }
        line.accuracy = said?.accuracy
        line.loss = said?.loss
        line.trainingLoss = said?.trainingLoss
        return line
    }

    private static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
}
