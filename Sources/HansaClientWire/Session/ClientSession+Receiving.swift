import HansaCore
public import HansaWire

extension ClientSession {
    /// Takes bytes that arrived, and returns what they mean.
    ///
    /// After an error the session has ended, and a refusal that says why is the next frame: the transport writes it and
    /// closes. What the bytes before the mistake meant is lost with it; it is asked again on the next connection.
    public mutating func receive(
        _ bytes: UnsafeRawBufferPointer
    ) throws(WireError) -> [ClientSessionEvent] {
        var rest = bytes
        var events: [ClientSessionEvent] = []
        do throws(WireError) {
            while isListening, let frame = try nextFrame(from: &rest) {
                receivedFrameCount += 1
                try take(frame, into: &events)
            }
        } catch {
            refuse(error)
            throw error
        }
        return events
    }

    /// Whether frames still mean something on this connection.
    private var isListening: Bool {
        switch phase {
        case .greeting, .open: true
        case .closed, .ended: false
        }
    }

    private mutating func nextFrame(from bytes: inout UnsafeRawBufferPointer) throws(WireError) -> Frame? {
        // The reader leaves the session while it asks the session what it admits.
        var reader = FrameReader()
        swap(&reader, &self.reader)
        defer { swap(&reader, &self.reader) }
        return try reader.next(&bytes) { (header) throws(WireError) in try admit(header) }
    }

    /// Refuses a frame that may not come now, before its body is read.
    private func admit(_ header: FrameHeader) throws(WireError) {
        guard header.sequence == receivedFrameCount, receivedFrameCount < WireLimits.frameCountMax else {
            throw .wrongSequence(got: header.sequence, expected: receivedFrameCount)
        }
        if case .open = phase {
            guard header.session == sessionID else { throw .wrongSession }
        } else if header.kind != .welcome {
            // The number of Welcome is known with the nonce in it.
            guard header.session == 0 else { throw .wrongSession }
        }
        guard isExpected(header.kind) else { throw .unexpected(header.kind) }
        guard header.kind == .modelChunk, let welcome else { return }
        let max = Int(welcome.chunkByteCountMax)
        guard header.dataByteCount <= max else { throw .tooLarge(got: header.dataByteCount, max: max) }
    }

    /// The table of client states in Proto/README.md.
    private func isExpected(_ kind: FrameKind) -> Bool {
        guard isOpen else { return kind == .welcome || kind == .refusal }
        switch (kind, question) {
        case (.cancel, _), (.heartbeat, _), (.goodbye, _), (.refusal, _): return true
        case (.work, .work): return true
        case (.model, .model(let transfer)): return !transfer.follows
        case (.modelChunk, .model(let transfer)): return transfer.follows
        case (.uploadGranted, .upload(let transfer)): return transfer.flow == nil
        case (.uploadProgress, .upload(let transfer)): return transfer.flow != nil
        case (.uploadAnswer, .upload): return true
        default: return false
        }
    }

    private mutating func take(_ frame: Frame, into events: inout [ClientSessionEvent]) throws(WireError) {
        let kind = frame.header.kind
        let byteCount = WireLimits.headerByteCount + frame.header.bodyByteCount
        switch (try ProtobufCCodec.decode(frame.message, kind: kind), question) {
        case (.welcome(let welcome), _):
            received.add(byteCount, as: .liveness)
            events.append(try take(welcome, session: frame.header.session))
        case (.work(let work), _):
            let (event, byteClass) = try take(work)
            received.add(byteCount, as: byteClass)
            events.append(event)
        case (.model(let answer), .model(let transfer)):
            let (event, byteClass) = try take(answer, of: transfer)
            received.add(byteCount, as: byteClass)
            if let event { events.append(event) }
        case (.modelChunk(let offset), .model(let transfer)):
            received.add(byteCount, as: transfer.byteClass)
            if let event = try takeChunk(frame.data, at: offset, of: transfer) { events.append(event) }
        case (.uploadGranted(let id, let offset, let window), .upload(let transfer)):
            guard id == transfer.submission.assignment else { throw .malformedMessage(kind) }
            received.add(byteCount, as: transfer.byteClass)
            try takeGrant(from: offset, windowByteCount: window, of: transfer)
        case (.uploadProgress(let offset), .upload(let transfer)):
            received.add(byteCount, as: transfer.byteClass)
            try takeProgress(to: offset, of: transfer)
        case (.uploadAnswer(let answer), .upload(let transfer)):
            let (event, byteClass) = try take(answer, of: transfer)
            received.add(byteCount, as: byteClass)
            events.append(event)
        case (.cancel(let id, let reason), _):
            guard id.client == welcome?.client else { throw .malformedMessage(kind) }
            received.add(byteCount, as: .liveness)
            events.append(.cancelled(id, reason))
        case (.heartbeat, _):
            received.add(byteCount, as: .liveness)
        case (.goodbye(let goodbye), _):
            received.add(byteCount, as: .liveness)
            phase = .ended
            events.append(.goodbye(goodbye))
        case (.refusal(let refusal), _):
            received.add(byteCount, as: .liveness)
            phase = .ended
            events.append(.refused(refusal))
        default: throw .unexpected(kind)
        }
    }

    private mutating func take(_ welcome: Welcome, session: UInt64) throws(WireError) -> ClientSessionEvent {
        guard case .greeting(let nonce) = phase else { throw .unexpected(.welcome) }
        guard session == SessionID.make(clientNonce: nonce, serverNonce: welcome.nonce) else { throw .wrongSession }
        guard welcome.version == WireLimits.version else {
            throw .unsupportedVersion(min: welcome.version, max: welcome.version)
        }
        sessionID = session
        resumeToken = welcome.resumeToken
        self.welcome = welcome
        phase = .open
        return .welcomed(welcome)
    }
}
