import HansaClient
import HansaClientWire
import HansaCore
import HansaNumerics
import HansaServerWire
import HansaWire

/// One simulated client's connection: both real sessions, with bytes going from one to the other in memory.
///
/// It lives as long as the client's process. A break ends the coordinator's session and leaves the client's, which asks
/// again on the next connection, as a real device does.
struct FramedLink {
    /// What a client's frames came to at the coordinator.
    enum Arrival {
        case work
        case model(SHA256Digest)
        /// An update, put together from its chunks.
        case update(ClientUpdate)
        /// An update that was only announced, because its answer is known.
        case known(AssignmentID, SubmissionAnswer)
        case withdrawal(AssignmentID, RefusalReason)
    }

    /// What the coordinator owes an answer to on this connection.
    private enum Question {
        case work
        case model(ModelRequest)
        case upload(UpdateReport)
    }

    private let client: ClientID
    private var device: ClientSession
    private var server: ServerSession?
    private var question: Question?
    /// Whether the answer lies at the coordinator's end of the connection.
    private var isAnswered = false
    /// The schema that came with the last work.
    private var schema: ParameterSchema?

    init(client: ClientID) {
        self.client = client
        device = ClientSession(configuration: ClientSession.Configuration(build: "hansa simulate"))
    }

    /// The bytes that the client's process sent and received.
    var sent: ByteCounts { device.sent }
    var received: ByteCounts { device.received }

    /// Carries a request to the coordinator; over a new connection where the one before broke, or where an answer is
    /// still due: a client that asks again gave the connection up.
    ///
    /// - Parameter known: what is known of an update before its payload is sent.
    mutating func carry(
        _ request: ClientRequest,
        known: SubmissionAnswer?,
        coordinator: inout FramedCoordinator
    ) throws(WireError) -> [Arrival] {
        let answersMayWait = try begin(request, coordinator: &coordinator)
        var arrivals: [Arrival] = []
        var isMoving = true
        while isMoving {
            isMoving = false
            while let frame = device.nextFrame() {
                isMoving = true
                arrivals += try arrive(frame, known: known, coordinator: &coordinator)
            }
            // An answer that is on its way travels by itself.
            guard !answersMayWait else { continue }
            isMoving = try deliverGreetings() || isMoving
        }
        return arrivals
    }

    /// Begins to carry a request over a connection that breaks after so many frames.
    mutating func lose(
        _ request: ClientRequest,
        afterFrames frameCountMax: Int,
        coordinator: inout FramedCoordinator
    ) throws(WireError) {
        let answersMayWait = try begin(request, coordinator: &coordinator)
        var frameCount = 0
        while frameCount < frameCountMax {
            if let frame = device.nextFrame() {
                frameCount += 1
                // What arrived whole is lost with the connection: nobody acted on it yet.
                _ = try arrive(frame, known: nil, coordinator: &coordinator)
            } else if answersMayWait {
                break
            } else if try !deliverGreetings() {
                break
            }
        }
        breakUp(&coordinator)
    }

    /// Puts the coordinator's answer at its end of the connection, if the connection still waits for it.
    ///
    /// - Parameter model: the bytes that a model travels as.
    mutating func answer(
        _ input: AgentInput,
        model: (SHA256Digest) -> [UInt8]?,
        coordinator: inout FramedCoordinator
    ) {
        guard let question, !isAnswered else { return }
        switch (input, question) {
        case (.workAnswered(let answer, schema: _), .work): answerWork(answer, coordinator: &coordinator)
        case (.modelReady, .model(let request)):
            guard let content = coordinator.content(of: request.digest, encoded: model) else { return }
            server?.answerModel(
                request,
                content: content,
                isRepeated: coordinator.begin(.model, request.assignment)
            )
        case (.modelUnavailable, .model(let request)): server?.modelGone(request.digest)
        case (.submissionAnswered(let id, let answer), .upload(let report)) where report.assignment == id:
            server?.answerUpload(UploadAnswer(assignment: id, answer: answer))
        default: return
        }
        isAnswered = true
    }

    /// Brings the answer to the client, if there is one and its connection still stands.
    mutating func deliverAnswer() throws(WireError) -> [AgentInput] {
        guard isAnswered else { return [] }
        var inputs: [AgentInput] = []
        while let frame = server?.nextFrame() {
            for event in try receive(frame) {
                if let input = input(of: event) { inputs.append(input) }
            }
        }
        question = nil
        isAnswered = false
        return inputs
    }

    /// Sends so many frames of the answer, but never the last, over a connection that then breaks.
    mutating func loseAnswer(afterFrames frameCountMax: Int, coordinator: inout FramedCoordinator) throws(WireError) {
        guard isAnswered, var frame = server?.nextFrame() else { return }
        var frameCount = 0
        while frameCount < frameCountMax, let next = server?.nextFrame() {
            _ = try receive(frame)
            frame = next
            frameCount += 1
        }
        breakUp(&coordinator)
    }

    /// Ends the connection; what was on its way is lost.
    mutating func breakUp(_ coordinator: inout FramedCoordinator) {
        guard let server else { return }
        coordinator.ended(server)
        device.disconnected()
        self.server = nil
        question = nil
        isAnswered = false
    }

    /// The client's process ends: in order, where the connection stands, and not before an answer that is on its way.
    mutating func close(_ coordinator: inout FramedCoordinator) throws(WireError) {
        _ = try deliverAnswer()
        if server != nil, question == nil {
            device.goodbye()
            while let frame = device.nextFrame() { _ = try arrive(frame, known: nil, coordinator: &coordinator) }
        }
        coordinator.died(&self)
    }
}

// MARK: - From the client

extension FramedLink {
    /// Tells the client's session what is wanted, and connects it; whether an answer may be on its way beside it.
    private mutating func begin(
        _ request: ClientRequest,
        coordinator: inout FramedCoordinator
    ) throws(WireError) -> Bool {
        if question != nil, !request.isWithdrawal { breakUp(&coordinator) }
        switch request {
        case .work: device.requestWork()
        case .model(let assignment):
            guard let schema else { throw .unexpected(.modelRequest) }
            device.fetchModel(of: assignment, schema: schema)
        case .submit(let record):
            device.submit(record.update, sectionByteCounts: coordinator.sectionByteCounts(of: record.update))
        case .withdraw(let id, let reason): device.withdraw(id, reason: reason)
        }
        if server == nil {
            server = coordinator.makeSession(for: client)
            device.connect(nonce: coordinator.nextNonce())
        }
        return question != nil
    }

    /// A frame of the client's arrives at the coordinator.
    private mutating func arrive(
        _ frame: OutgoingFrame,
        known: SubmissionAnswer?,
        coordinator: inout FramedCoordinator
    ) throws(WireError) -> [Arrival] {
        var events: [ServerSessionEvent] = []
        for part in [frame.head[...], frame.data] where !part.isEmpty {
            events += try Self.read(part) { (bytes) throws(WireError) -> [ServerSessionEvent] in
                try server?.receive(bytes) ?? []
            }
        }
        var arrivals: [Arrival] = []
        for event in events {
            if let arrival = try happen(event, known: known, coordinator: &coordinator) { arrivals.append(arrival) }
        }
        return arrivals
    }

    private mutating func happen(
        _ event: ServerSessionEvent,
        known: SubmissionAnswer?,
        coordinator: inout FramedCoordinator
    ) throws(WireError) -> Arrival? {
        switch event {
        case .opened, .goodbye: return nil
        case .workRequested:
            question = .work
            return .work
        case .modelRequested(let request):
            question = .model(request)
            return .model(request.digest)
        case .uploadBegan(let begin):
            question = .upload(begin.report)
            if let known { return .known(begin.report.assignment, known) }
            server?.grantUpload(
                begin.report.assignment,
                offset: coordinator.offset(begin.report),
                isRepeated: coordinator.begin(.upload, begin.report.assignment)
            )
            return nil
        case .uploadBytes(let offset, let bytes):
            guard case .upload(let report) = question else { throw .unexpected(.uploadChunk) }
            coordinator.append(bytes, at: offset, of: report)
            return nil
        case .uploadComplete:
            guard case .upload(let report) = question else { throw .unexpected(.uploadChunk) }
            return .update(coordinator.take(report))
        case .withdrawn(let id, let reason): return .withdrawal(id, reason)
        case .refused: throw .unexpected(.refusal)
        }
    }
}

// MARK: - From the coordinator

extension FramedLink {
    /// Brings what needs no answer of the engine's: Welcome, grants, progress; whether there was any.
    private mutating func deliverGreetings() throws(WireError) -> Bool {
        var isAny = false
        while let frame = server?.nextFrame() {
            isAny = true
            for event in try receive(frame) {
                guard case .welcomed = event else { throw .unexpected(.work) }
            }
        }
        return isAny
    }

    private mutating func receive(_ frame: OutgoingFrame) throws(WireError) -> [ClientSessionEvent] {
        var events: [ClientSessionEvent] = []
        for part in [frame.head[...], frame.data] where !part.isEmpty {
            events += try Self.read(part) { (bytes) throws(WireError) -> [ClientSessionEvent] in
                try device.receive(bytes)
            }
        }
        return events
    }

    private mutating func answerWork(_ answer: WorkAnswer, coordinator: inout FramedCoordinator) {
        switch answer {
        case .assignment(let assignment):
            let isRepeated = coordinator.begin(.work, assignment.id)
            server?.answerWork(coordinator.work(assignment), isRepeated: isRepeated)
        case .wait(let milliseconds): server?.answerWork(.wait(milliseconds: milliseconds), isRepeated: false)
        case .finished: server?.answerWork(.finished, isRepeated: false)
        case .refused(let reason): server?.refuse(Refusal(reason: reason))
        }
    }

    /// What an event means to the client's agent.
    private mutating func input(of event: ClientSessionEvent) -> AgentInput? {
        switch event {
        case .welcomed: return nil
        case .workAnswered(let answer, let schema):
            if let schema { self.schema = schema }
            return .workAnswered(answer, schema: schema)
        case .modelReady: return .modelReady
        case .modelUnavailable: return .modelUnavailable
        case .submissionAnswered(let id, let answer, _): return .submissionAnswered(id, answer)
        case .refused(let refusal): return .workAnswered(.refused(refusal.reason))
        case .unreadableWork(let id, let reason): return .workUnreadable(id, reason)
        case .modelDamaged: return .modelDamaged
        case .cancelled(let id, _): return .cancelled(id)
        case .goodbye: return nil
        }
    }

    private static func read<Event>(
        _ bytes: ArraySlice<UInt8>,
        by body: (UnsafeRawBufferPointer) throws(WireError) -> [Event]
    ) throws(WireError) -> [Event] {
        let result = bytes.withUnsafeBytes { (raw) -> Result<[Event], WireError> in
            do throws(WireError) { return .success(try body(raw)) } catch { return .failure(error) }
        }
        return try result.get()
    }
}
