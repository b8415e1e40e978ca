import CPosix
public import HansaClient
import HansaClientWire
import HansaCore
import HansaNumerics
import HansaWire

/// A client on one thread: its agent, its session and a TLS connection on one poll.
///
/// `hansa-client run` makes one and calls ``run()``, which returns when the run is over, the client is refused, or a
/// signal came. Everything waits in one place, `hansa_wait`; training is a call like any other, and nothing is read or
/// sent while it runs. Memory: what the session and the agent hold, and two buffers of 64 KiB and a chunk.
public struct ClientLoop<Runner: TrainingRunner>: ~Copyable {
    /// What one read takes from TLS.
    static var readByteCount: Int { 65_536 }
    /// How many bytes are gathered for TLS before it is asked to write; a frame may go beyond.
    static var writeByteCount: Int { 65_536 }
    /// How much is read before the loop looks at its timers again.
    static var readBudgetByteCount: Int { 1 << 20 }

    let context: TLSContext
    var state: StateFolder
    let settings: LoopSettings
    let reporter: ClientReporter
    var runner: Runner
    var agent: ClientAgent<SystemWords>
    var session: ClientSession
    var words = SystemWords()

    /// Set once the loop is to end.
    var outcome: ClientOutcome?
    var tls = TLSByteCounts()
    /// The run this process works for, and the agent's outbox given to it, from the first Welcome on.
    var runID: RunID?
    /// The work under way: its schema, and the model once it is here.
    var work: (assignment: Assignment, schema: ParameterSchema)?
    var model: [Float] = []
    /// What is being sent, for the journal.
    var sending: (assignment: AssignmentID, payloadDigest: SHA256Digest)?
    #if !hasFeature(Embedded)
    /// What that update changes of the client's memory.
    var sendingState: [UInt8] = []
    #endif
    /// The answer that lets go of it.
    var answer: SubmissionAnswer?
    /// The agent's newest timer.
    var timer: (token: UInt32, at: UInt64)?
    /// The coordinator's "not before", for the agent's next timer.
    var pauseMillisecondsMin: UInt32 = 0

    /// Failed contacts in a row, and the time of the next one.
    var failedContactCount: UInt32 = 0
    var nextContact: UInt64 = 0
    /// Sessions in a row that ended by a fault of the protocol.
    var faultCount: UInt32 = 0

    /// What is gathered for TLS, and how much of it is written.
    var pending: [UInt8] = []
    var writtenByteCount = 0
    /// When this connection was last heard, and when it was last spoken on.
    var heardAt: UInt64 = 0
    var spokenAt: UInt64 = 0
    /// Since when an answer is owed; nil while nothing is asked.
    var askedAt: UInt64?
    /// Set where the connection is to end now.
    var end: SessionEnd?
    /// Whether a round has left memory behind that the next one would use again.
    var keepsMemory = true

    public init(
        context: consuming TLSContext,
        state: consuming StateFolder,
        runner: Runner,
        policy: ClientPolicy,
        settings: LoopSettings,
        console: Console
    ) {
        self.context = context
        self.state = state
        self.runner = runner
        self.settings = settings
        reporter = ClientReporter(console: console)
        session = ClientSession(
            configuration: ClientSession.Configuration(trainerKinds: [runner.kind], build: ClientVersion.build)
        )
        // Records under way have left for the policy's count, answered or not.
        let answered = self.state.journal.totals.answeredCount
        let waiting = UInt32(clamping: StateFolder.recordNames(of: self.state.path).count)
        agent = ClientAgent(
            policy: policy,
            roundsAnswered: answered.addingReportingOverflow(waiting).partialValue,
            spending: self.state.ledger.totals.spending,
            retry: settings.agentRetry,
            words: SystemWords()
        )
    }

    /// Serves the run until it is over.
    public mutating func run() -> ClientOutcome {
        for note in state.ledger.notes { reporter.ledgerNote(note) }
        while true {
            waitForContact()
            if hansa_signal_received() != 0 { outcome = outcome ?? .interrupted }
            if let outcome {
                reporter.ended(outcome, sent: session.sent, received: session.received, tls: tls)
                return outcome
            }
            let end = contact()
            session.disconnected()
            plan(after: end)
        }
    }

    private func waitForContact() {
        while outcome == nil, hansa_signal_received() == 0 {
            let now = hansa_monotonic_milliseconds()
            guard now < nextContact else { return }
            _ = hansa_wait(-1, 0, UInt32(clamping: nextContact - now))
        }
    }

    /// One connection, from its first byte to its last.
    private mutating func contact() -> SessionEnd {
        let deadline = hansa_monotonic_milliseconds() + UInt64(LoopSettings.greetingMilliseconds)
        do throws(ConnectionError) {
            var connection = try TLSConnection(context, timeoutMilliseconds: LoopSettings.greetingMilliseconds)
            let end: SessionEnd
            do throws(ConnectionError) {
                try shakeHands(&connection, deadline: deadline)
                end = try serve(&connection, deadline: deadline)
            } catch {
                end = .failed(error)
            }
            // Bounds: counts for reports, by which nothing is read.
            tls.sent &+= connection.sentByteCount
            tls.received &+= connection.receivedByteCount
            return end
        } catch {
            return .failed(error)
        }
    }

    private func shakeHands(
        _ connection: inout TLSConnection,
        deadline: UInt64
    ) throws(ConnectionError) {
        while true {
            let interest: Int32
            switch try connection.shakeHands() {
            case .done: return
            case .wantsRead: interest = Int32(HANSA_READABLE)
            case .wantsWrite: interest = Int32(HANSA_WRITABLE)
            }
            let now = hansa_monotonic_milliseconds()
            guard now < deadline else { throw .tooSlow }
            _ = hansa_wait(connection.socket, interest, UInt32(clamping: deadline - now))
            guard hansa_signal_received() == 0 else { throw .interrupted }
        }
    }
}
