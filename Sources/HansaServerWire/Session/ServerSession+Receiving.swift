import HansaCore
public import HansaWire

extension ServerSession {
    /// Takes bytes that arrived and returns what the client wants; all bytes are taken.
    ///
    /// After an error give it to ``refuse(_:)-(WireError)``, write what ``nextFrame()`` gives and close: events of the
    /// same bytes are lost, and what arrives later is dropped.
    public mutating func receive(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> [ServerSessionEvent] {
        var rest = bytes
        var events: [ServerSessionEvent] = []
        do throws(WireError) {
            while !isUnreadable, !isEnded {
                let gate = gate
                let frame = try reader.next(&rest) { (header) throws(WireError) in try gate.check(header) }
                guard let frame else { break }
                try take(frame, into: &events)
            }
        } catch {
            isUnreadable = true
            throw error
        }
        return events
    }

    private var gate: FrameGate {
        FrameGate(
            session: sessionID,
            sequence: nextInboundSequence,
            state: state,
            dataByteCountMax: Int(configuration.chunkByteCountMax)
        )
    }

    private mutating func take(_ frame: Frame, into events: inout [ServerSessionEvent]) throws(WireError) {
        // The gate refused the last number, so this does not wrap.
        nextInboundSequence &+= 1
        let byteCount = WireLimits.headerByteCount + frame.header.bodyByteCount
        switch try SwiftProtobufCodec.decode(frame.message, kind: frame.header.kind) {
        case .hello(let hello): try open(hello, byteCount, &events)
        case .workRequest:
            received.add(byteCount, as: .liveness)
            state = .asked
            events.append(.workRequested)
        case .modelRequest(let request):
            guard request.assignment.client == client else { return refuseForeign(byteCount) }
            openByteCount = byteCount
            state = .fetching(request)
            events.append(.modelRequested(request))
        case .uploadBegin(let begin): announce(begin, byteCount, &events)
        case .uploadChunk(let offset): try takeChunk(offset, frame.data, byteCount, &events)
        case .withdraw(let id, let reason):
            guard id.client == client else { return refuseForeign(byteCount) }
            received.add(byteCount, as: .liveness)
            events.append(.withdrawn(id, reason))
        case .heartbeat:
            received.add(byteCount, as: .liveness)
            answerHeartbeat()
        case .goodbye:
            received.add(byteCount, as: .liveness)
            end()
            events.append(.goodbye)
        case .refusal(let refusal):
            received.add(byteCount, as: .liveness)
            end()
            events.append(.refused(refusal))
        case .welcome, .work, .model, .modelChunk, .uploadGranted, .uploadProgress, .uploadAnswer, .cancel:
            throw .unexpected(frame.header.kind)
        }
    }

    private mutating func open(
        _ hello: Hello,
        _ byteCount: Int,
        _ events: inout [ServerSessionEvent]
    ) throws(WireError) {
        guard hello.versionMin <= WireLimits.version, WireLimits.version <= hello.versionMax else {
            throw .unsupportedVersion(min: hello.versionMin, max: hello.versionMax)
        }
        // "No noise" is a mechanism that everybody has.
        guard hello.mechanisms & 1 == 1 else { throw .malformedMessage(.hello) }
        received.add(byteCount, as: .liveness)
        sessionID = SessionID.make(clientNonce: hello.nonce, serverNonce: nonce)
        state = .idle
        (capabilities, planFormatMax) = (hello.capabilities, hello.planFormatMax)
        let welcome = Welcome(
            nonce: nonce,
            run: configuration.run,
            client: client,
            chunkByteCountMax: configuration.chunkByteCountMax,
            heartbeatMilliseconds: configuration.heartbeatMilliseconds,
            idleMilliseconds: configuration.idleMilliseconds,
            holdMilliseconds: configuration.holdMilliseconds,
            contact: configuration.contact,
            resumeToken: resumeToken
        )
        queue.append(QueuedMessage(.welcome(welcome)))
        events.append(.opened(hello))
    }

    /// Another client's number is answered here; nobody behind the session hears of it.
    private mutating func announce(_ begin: UploadBegin, _ byteCount: Int, _ events: inout [ServerSessionEvent]) {
        openByteCount = byteCount
        state = .announced(begin)
        if begin.report.assignment.client == client {
            events.append(.uploadBegan(begin))
        } else {
            answerUpload(UploadAnswer(assignment: begin.report.assignment, answer: .refused(.unknownAssignment)))
        }
    }

    private mutating func takeChunk(
        _ offset: UInt64,
        _ data: [UInt8],
        _ byteCount: Int,
        _ events: inout [ServerSessionEvent]
    ) throws(WireError) {
        switch state {
        case .uploading(var upload):
            try upload.take(offset: offset, byteCount: data.count)
            received.add(byteCount, as: upload.byteClass)
            events.append(.uploadBytes(offset: offset, bytes: data))
            if let progress = upload.nextProgress() {
                queue.append(QueuedMessage(.uploadProgress(offset: progress), as: upload.byteClass))
            }
            if upload.isComplete {
                state = .deciding(upload)
                events.append(.uploadComplete)
            } else {
                state = .uploading(upload)
            }
        case .draining(var upload):
            try upload.take(offset: offset, byteCount: data.count)
            received.add(byteCount, as: .liveness)
            state = .draining(upload)
        default: throw .unexpected(.uploadChunk)
        }
    }

    private mutating func refuseForeign(_ byteCount: Int) {
        received.add(byteCount, as: .liveness)
        refuse(Refusal(reason: .unknownAssignment, detail: "the assignment belongs to another client"))
    }

    private mutating func answerHeartbeat() {
        // One answer stands for all heartbeats that came before it is handed out.
        let isQueued = queue.contains { $0.message.kind == .heartbeat }
        if !isQueued { queue.append(QueuedMessage(.heartbeat)) }
    }
}
