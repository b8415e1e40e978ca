import CPosix
import Dispatch
import Foundation
import HansaCoordinator
import HansaCore
import HansaNumerics
import HansaServerTransport
import HansaSimulation
import HansaStore
import Logging
import Synchronization

/// One life of a coordinator: from opening the state folder to its orderly end.
struct ServeSession {
    let configuration: CoordinatorConfiguration
    let run: ServedRun
    let logger: Logger
    /// Whether the coordinator goes on answering after the last round.
    var stays = false
    var isJSON = false
    /// Where a test wants the process to die.
    var deaths: [TestDeath] = []

    /// How long clients have to hear that the run is over.
    private static let graceSeconds = 3
    /// A coordinator without sessions for so long has told everybody who was there.
    private static let quietSeconds = 1

    /// Why serving ends.
    private enum End: Sendable {
        case finished
        case stopped
        case failed(CoordinatorError)
    }

    /// Serves until the run is over, a signal comes or the run cannot go on.
    func serve() async throws(CommandFailure) {
        let signals = StopSignals()
        let server = try serverConfiguration()
        let monitor = ServeMonitor(isEvaluated: run.isEvaluated)
        let past = Mutex(PastRun())
        let service: CoordinatorService
        do throws(CoordinatorError) {
            service = try makeService(monitor: monitor, past: past)
        } catch {
            throw CommandFailure(serving: error, folder: configuration.stateFolder)
        }
        tellLimits(server.limits)
        try tellCaveats()
        let listening: CoordinatorServer
        do throws(ServerError) {
            listening = try await CoordinatorServer.start(configuration: server, service: service, logger: logger)
        } catch {
            await service.shutdown()
            throw CommandFailure(error)
        }
        let lines = ServeLines(
            isJSON: isJSON,
            showsRounds: configuration.report.showsRounds,
            specification: run.specification
        )
        let (opening, checkpoint) = (await service.opening, await service.checkpoint)
        lines.ready(
            address: listening.address,
            round: opening?.round ?? checkpoint.round,
            version: checkpoint.version
        )
        let reporter = ServeReporter(
            run: run,
            monitor: monitor,
            lines: lines,
            traffic: { await listening.trafficReport() },
            past: past.withLock { $0 }
        )
        let end = await waitForEnd(signals: signals, reporter: reporter, server: listening)
        await listening.shutdown()
        await service.shutdown()
        await reporter.summarize(checkpoint: service.checkpoint)
        if case .failed(let error) = end {
            throw CommandFailure(serving: error, folder: configuration.stateFolder)
        }
    }

    private func makeService(
        monitor: ServeMonitor,
        past: borrowing Mutex<PastRun>
    ) throws(CoordinatorError) -> CoordinatorService {
        let folder = configuration.stateFolder
        let spool: FileSpool
        // The store takes the folder's lock, so it comes first; the spool lies inside.
        let store: DurableStore
        do throws(StoreError) {
            store = try DurableStore(folder: folder)
            try store.keepRoster(configuration.roster)
            let recovered = try recover(store)
            let restartCount = store.restartCount
            past.withLock { $0 = PastRun(records: recovered?.participation ?? [], restartCount: restartCount) }
            spool = try FileSpool(stateFolder: folder)
        } catch {
            throw .store(error)
        }
        // Proof: the service calls the closure once, here, on this thread, and nothing else holds the store afterwards.
        nonisolated(unsafe) let handed: any CoordinatorStore =
            deaths.isEmpty ? store : TestDeathStore(store, deaths: deaths, folder: folder)
        return try CoordinatorService(
            specification: run.specification,
            makeStore: { handed },
            spool: spool,
            now: { DispatchTime.now().uptimeNanoseconds / 1_000_000 },
            observer: { monitor.note($0) }
        )
    }
}

// MARK: - Steps

extension ServeSession {
    private func serverConfiguration() throws(CommandFailure) -> CoordinatorServer.Configuration {
        var limits = ServerLimits()
        for (name, value) in configuration.limits.sorted(by: { $0.key < $1.key }) { limits.set(name, to: value) }
        Self.fitDescriptors(&limits)
        let server = CoordinatorServer.Configuration(
            host: configuration.listen.host,
            port: Int(configuration.listen.port),
            certificateChainPath: configuration.tls.certificate,
            keyPath: configuration.tls.key,
            clientAuthorityPath: configuration.tls.clients,
            roster: configuration.roster,
            limits: limits
        )
        do throws(ServerError) {
            // Before the state folder is opened: a start that cannot come to anything is no restart.
            try server.check(population: run.specification.population)
        } catch {
            throw CommandFailure(error)
        }
        return server
    }

    /// What the folder has of the run; a run in the other mode is refused like any other, and said to be one.
    private func recover(_ store: DurableStore) throws(StoreError) -> RecoveredRun? {
        do throws(StoreError) {
            return try store.recover(configurationDigest: run.specification.configurationDigest)
        } catch {
            guard case .foreignRun = error else { throw error }
            let isOtherMode: Bool
            do throws(StoreError) {
                isOtherMode = try store.recover(configurationDigest: run.otherModeDigest) != nil
            } catch {
                isOtherMode = false
            }
            guard isOtherMode else { throw error }
            let mode = run.specification.policy.mode
            throw .foreignRun(
                got: "run.mode \(mode)",
                expected: "\(mode == .production ? RoundPolicy.Mode.reproducible : .production), in which it began"
            )
        }
    }

    /// Keeps descriptors back for the store: connections must never be the reason that a file cannot be opened.
    private static func fitDescriptors(_ limits: inout ServerLimits) {
        let reserved = 128
        let available = max(8, Int(clamping: hansa_raise_descriptor_limit()) - reserved)
        limits.halfOpenCountMax = min(limits.halfOpenCountMax, max(4, available / 4))
        limits.halfOpenPerSourceCountMax = min(limits.halfOpenPerSourceCountMax, limits.halfOpenCountMax)
        limits.sessionCountMax = min(limits.sessionCountMax, available - limits.halfOpenCountMax)
    }

    /// Logs what holds of the run only with a reservation, and keeps it with the state.
    private func tellCaveats() throws(CommandFailure) {
        for line in CaveatFile.lines(run.composition) { logger.notice("\(line)") }
        guard let caveats = try CaveatFile.json(run.composition) else { return }
        let path = configuration.stateFolder + "/" + ResultFolder.caveatFile
        do {
            try Data(caveats.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CommandFailure(.io, "\(path): cannot be written: \(error.localizedDescription)")
        }
    }

    private func tellLimits(_ limits: ServerLimits) {
        let policy = run.specification.policy
        var table = limits.table.map { ($0.name, "\($0.value)") }
        table += [
            ("clients", "\(run.specification.population)"), ("rounds", "\(run.specification.roundCount)"),
            ("cohort", "\(policy.cohort)"), ("selected", "\(policy.selectedCount)"), ("quorum", "\(policy.quorum)"),
            ("deadline-milliseconds", "\(policy.deadlineMilliseconds)"), ("attempts", "\(policy.attemptCountMax)"),
        ]
        for (name, value) in table { logger.info("limit", metadata: ["name": "\(name)", "value": "\(value)"]) }
        logger.info(
            "the run",
            metadata: [
                "run": "\(run.specification.run.hexadecimal)", "name": "\(run.name)",
                "mode": "\(policy.mode)", "state": "\(configuration.stateFolder)",
                "parameters": "\(run.specification.schema.count)",
            ]
        )
    }

    /// Waits for the last round and for clients to hear of it, for a signal, or for the run's failure.
    private func waitForEnd(
        signals: StopSignals,
        reporter: ServeReporter,
        server: CoordinatorServer
    ) async -> End {
        await withTaskGroup(of: End?.self) { group in
            group.addTask {
                await signals.first()
                return .stopped
            }
            group.addTask {
                switch await reporter.report() {
                case .failed(let error): return .failed(error)
                case .cancelled: return nil
                case .finished:
                    if stays { return nil }
                    await Self.waitForFarewells(server)
                    return .finished
                }
            }
            var end: End?
            while end == nil, let next = await group.next() { end = next }
            group.cancelAll()
            return end ?? .stopped
        }
    }

    /// Gives clients time to ask once more and hear that the run is over; less where nobody is connected any more.
    private static func waitForFarewells(_ server: CoordinatorServer) async {
        let step = Duration.milliseconds(50)
        var quiet = Duration.zero
        var waited = Duration.zero
        while waited < .seconds(graceSeconds), quiet < .seconds(quietSeconds) {
            try? await Task.sleep(for: step)
            if Task.isCancelled { return }
            waited += step
            quiet = await server.trafficReport().openSessionCount == 0 ? quiet + step : .zero
        }
    }
}
