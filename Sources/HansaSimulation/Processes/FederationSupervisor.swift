import Foundation
import HansaResults

/// Keeps a coordinator and its clients running until the run is over, and ends them all however it ends.
///
/// Processes that are killed are started again, so often at most; any other end but the right one ends the run.
struct FederationSupervisor: ~Copyable {
    /// What the processes said.
    struct Report {
        var rounds: [FederationLine] = []
        var coordinator = WireTraffic.Side()
        var clients = WireTraffic.Side()
        var tls = WireTraffic.Pair()
        var restartCount = 0
        var clientRestartCount = 0
    }

    private let files: FederationFiles
    private let coordinator: ChildProcess
    private let clients: [ChildProcess]
    private let deaths: FederationDeaths
    private var address: String?
    private var report = Report()
    /// The clients that know that the run is over.
    private var done: Set<Int> = []

    /// A process that dies more often than this does not die by a test.
    private static let startCountMax = 10
    private static let pause = Duration.milliseconds(10)
    /// How long processes may take to end before they are killed; less than the command itself is given.
    private static let endSeconds = 3.0

    init(files: FederationFiles, executable: String, clientExecutable: String, deaths: FederationDeaths) {
        self.files = files
        self.deaths = deaths
        coordinator = ChildProcess(name: "coordinator", executable: executable, folder: files.logs)
        clients = files.run.clients.indices.map {
            ChildProcess(name: files.name($0), executable: clientExecutable, folder: files.logs)
        }
    }

    /// Runs to the end.
    consuming func run(observer: (FederationLine) -> Void) async throws(CommandFailure) -> Report {
        defer { endAll() }
        try startCoordinator()
        while true {
            guard !Task.isCancelled else { throw CommandFailure(.interrupted, "interrupted; the processes are ended.") }
            try readCoordinator(observer)
            if try superviseClients() { break }
            if let end = coordinator.end {
                guard end == .signal(SIGKILL), coordinator.startCount < Self.startCountMax else {
                    throw failure(coordinator)
                }
                report.restartCount += 1
                try startCoordinator()
            }
            try? await Task.sleep(for: Self.pause)
        }
        // Every client knows that the run is over: the coordinator may go.
        coordinator.terminate()
        let deadline = ContinuousClock.now + .seconds(10)
        while coordinator.isRunning, ContinuousClock.now < deadline { try? await Task.sleep(for: Self.pause) }
        guard coordinator.end == .exit(0) else { throw failure(coordinator) }
        try readCoordinator(observer)
        return report
    }

    private func startCoordinator() throws(CommandFailure) {
        var arguments = [
            "serve", "--config", files.coordinatorConfiguration, "--json", "--stay", "--log-level", "warning",
        ]
        // The same port again, where clients look for it.
        if let address { arguments += ["--listen", address] }
        try coordinator.start(arguments, environment: deaths.coordinatorEnvironment)
    }

    private mutating func readCoordinator(_ observer: (FederationLine) -> Void) throws(CommandFailure) {
        for text in coordinator.newLines() {
            guard let line = FederationLine(text) else { continue }
            switch line.event {
            case "ready":
                guard address == nil, let address = line.address else { continue }
                self.address = address
                for client in clients.indices {
                    try files.writeClient(client, address: address)
                    try startClient(client, environment: deaths.clientEnvironment(client))
                }
            case "round":
                report.rounds.append(line)
                observer(line)
            case "summary":
                guard let sent = line.sent, let received = line.received else { continue }
                report.coordinator = WireTraffic.Side(up: received, down: sent)
            default: continue
            }
        }
    }

    private func startClient(_ client: Int, environment: [String: String]) throws(CommandFailure) {
        try clients[client].start(
            ["run", "--config", files.clientConfiguration(client), "--json"],
            environment: environment
        )
    }

    /// Starts killed clients again; whether all are done.
    private mutating func superviseClients() throws(CommandFailure) -> Bool {
        guard address != nil else { return false }
        for (index, client) in clients.enumerated() where !done.contains(index) {
            guard let end = client.end else { continue }
            for text in client.newLines() {
                guard let line = FederationLine(text), line.event == "ended" else { continue }
                count(line)
            }
            switch end {
            case .exit(0): done.insert(index)
            case .signal(SIGKILL) where client.startCount < Self.startCountMax:
                report.clientRestartCount += 1
                try startClient(index, environment: [:])
            default: throw failure(client)
            }
        }
        return done.count == clients.count
    }

    private mutating func count(_ line: FederationLine) {
        guard let sent = line.sent, let received = line.received else { return }
        report.clients += WireTraffic.Side(up: sent, down: received)
        guard let tls = line.tls else { return }
        report.tls.up &+= tls.sent &- sent.total
        report.tls.down &+= tls.received &- received.total
    }

    private func failure(_ child: ChildProcess) -> CommandFailure {
        let end =
            switch child.end {
            case .exit(let status): "status \(status)"
            case .signal(let number): "signal \(number)"
            case nil: "no end in time"
            }
        return CommandFailure(
            .program,
            "the process \(child.name) ended with \(end) after \(child.startCount) start(s). Its last words, in "
                + "\(files.logs)/\(child.name).log:\n\(child.lastWords())"
        )
    }

    /// Ends whatever still runs, by its process number.
    private func endAll() {
        let all = clients + [coordinator]
        for child in all { child.terminate() }
        let deadline = Date(timeIntervalSinceNow: Self.endSeconds)
        while all.contains(where: \.isRunning), Date() < deadline { usleep(10_000) }
        for child in all { child.end(by: SIGKILL) }
    }
}

extension WireTraffic.Direction {
    fileprivate var total: UInt64 { training &+ liveness &+ repeated }
}
