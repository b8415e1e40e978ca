import HansaCore
import HansaWire
import NIOCore
import Synchronization

/// What the connections of a server share: who is connected, how much, and which exchanges were begun.
final class SessionRegistry: Sendable {
    /// A connection's number, unique in the process.
    typealias ConnectionID = UInt64

    private struct State {
        var connections: [ConnectionID: NIOLoopBound<SessionHandler>] = [:]
        var sessions: [ClientID: ConnectionID] = [:]
        var halfOpen: [String: Int] = [:]
        var halfOpenCount = 0
        var nextID: ConnectionID = 1
        var isClosing = false
        var emptied: EventLoopPromise<Void>?
        /// Of clients whose certificates are on the roster: no more than it names.
        var exchanges: [ClientID: ExchangeLog] = [:]
        var traffic = TrafficReport()
        var log = LogBudget()
    }

    private let limits: ServerLimits
    private let state = Mutex(State())

    init(limits: ServerLimits) { self.limits = limits }

    /// Admits a new connection; nil where too many have not said Hello, or the server is closing.
    func admit(_ handler: NIOLoopBound<SessionHandler>, source: String) -> ConnectionID? {
        state.withLock { state in
            let fromSource = state.halfOpen[source] ?? 0
            guard !state.isClosing, state.halfOpenCount < limits.halfOpenCountMax,
                fromSource < limits.halfOpenPerSourceCountMax
            else {
                state.traffic.droppedConnectionCount += 1
                return nil
            }
            defer { state.nextID += 1 }
            state.halfOpenCount += 1
            state.halfOpen[source] = fromSource + 1
            state.connections[state.nextID] = handler
            state.traffic.connectionCount += 1
            return state.nextID
        }
    }

    /// A connection said Hello, was refused or ended before it did: it is half-open no longer.
    func noLongerHalfOpen(source: String) {
        state.withLock { state in
            state.halfOpenCount -= 1
            let rest = (state.halfOpen[source] ?? 1) - 1
            state.halfOpen[source] = rest > 0 ? rest : nil
        }
    }

    /// What came of a Hello.
    enum Opening {
        /// The session is its client's; an older one of the same client is to end.
        case opened(superseded: NIOLoopBound<SessionHandler>?)
        case tooManySessions
    }

    func open(_ client: ClientID, _ id: ConnectionID) -> Opening {
        state.withLock { state in
            guard state.sessions[client] != nil || state.sessions.count < limits.sessionCountMax else {
                return .tooManySessions
            }
            let older = state.sessions.updateValue(id, forKey: client)
            state.traffic.sessionCount += 1
            return .opened(superseded: older.flatMap { state.connections[$0] })
        }
    }

    /// A connection ended.
    func close(_ id: ConnectionID, client: ClientID?) {
        state.withLock { state in
            state.connections[id] = nil
            if let client, state.sessions[client] == id { state.sessions[client] = nil }
            if state.connections.isEmpty { state.emptied?.succeed() }
        }
    }

    /// Whether this session is still its client's newest.
    func isNewest(_ id: ConnectionID, client: ClientID) -> Bool { state.withLock { $0.sessions[client] == id } }

    /// Notes an exchange; whether it was begun before.
    func begin(_ kind: ExchangeKind, _ assignment: AssignmentID) -> Bool {
        state.withLock { $0.exchanges[assignment.client, default: ExchangeLog()].begin(kind, assignment) }
    }

    func count(_ change: (inout TrafficReport) -> Void) { state.withLock { change(&$0.traffic) } }

    /// Whether a failing connection may write a line to the log: how many were left out before it, or nil.
    func takeLogLine() -> UInt64? { state.withLock { $0.log.take(at: .now()) } }

    var traffic: TrafficReport {
        state.withLock { state in
            var report = state.traffic
            report.openSessionCount = state.sessions.count
            return report
        }
    }

    /// Admits nobody from now on, and returns who is connected; the promise succeeds when nobody is any more.
    func beginClosing(_ emptied: EventLoopPromise<Void>) -> [NIOLoopBound<SessionHandler>] {
        state.withLock { state in
            state.isClosing = true
            state.emptied = emptied
            if state.connections.isEmpty { emptied.succeed() }
            return Array(state.connections.values)
        }
    }

    var connections: [NIOLoopBound<SessionHandler>] { state.withLock { Array($0.connections.values) } }
}
