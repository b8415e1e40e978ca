import HansaCore
public import HansaWire

extension ClientSession {
    /// The next frame to write; nil if there is nothing to say now.
    ///
    /// Chunks are made one by one as the window allows, so the transport calls it when it can write.
    public mutating func nextFrame() -> OutgoingFrame? {
        guard sentFrameCount < WireLimits.frameCountMax else {
            phase = .ended
            return nil
        }
        switch phase {
        case .closed: return nil
        case .greeting(let nonce):
            guard greetsNext else { return nil }
            greetsNext = false
            return frame(.hello(hello(nonce: nonce)), as: .liveness)
        case .open: return nextOpenFrame()
        case .ended:
            guard let refusal = dueRefusal else { return nil }
            dueRefusal = nil
            // What is due after Hello was never sent would be the first frame, which must be Hello.
            guard !greetsNext else { return nil }
            return frame(.refusal(refusal), as: .liveness)
        }
    }

    private func hello(nonce: [UInt8]) -> Hello {
        Hello(
            nonce: nonce,
            capabilities: configuration.capabilities,
            planFormatMax: configuration.planFormatMax,
            mechanisms: configuration.mechanisms,
            trainerKinds: configuration.trainerKinds.reduce(0) { $0 | $1.bit },
            memoryByteCount: configuration.memoryByteCount,
            build: configuration.build,
            resumeToken: resumeToken
        )
    }

    private mutating func nextOpenFrame() -> OutgoingFrame? {
        if !withdrawals.isEmpty {
            let (id, reason) = withdrawals.removeFirst()
            return frame(.withdraw(id, reason), as: .liveness)
        }
        if goodbyeIsDue {
            goodbyeIsDue = false
            phase = .ended
            return frame(.goodbye(Goodbye()), as: .liveness)
        }
        if heartbeatIsDue {
            heartbeatIsDue = false
            return frame(.heartbeat, as: .liveness)
        }
        switch question {
        case .upload(let transfer): return nextChunk(of: transfer)
        case .work, .model: return nil
        case nil: return ask()
        }
    }

    /// Opens the question of the wanted operation.
    private mutating func ask() -> OutgoingFrame? {
        switch operation {
        case nil: return nil
        case .work:
            question = .work
            return frame(.workRequest, as: .liveness)
        case .model(let id):
            guard let model = partialModel else { return nil }
            let transfer = ModelTransfer(
                assignment: id,
                digest: model.digest,
                totalByteCount: model.totalByteCount,
                offset: model.receivedByteCount,
                byteClass: beginExchange(.model, id)
            )
            question = .model(transfer)
            let request = ModelRequest(assignment: id, digest: model.digest, offset: model.receivedByteCount)
            return frame(.modelRequest(request), as: transfer.byteClass)
        case .upload(let submission):
            let byteClass = beginExchange(.upload, submission.assignment)
            question = .upload(UploadTransfer(submission: submission, byteClass: byteClass))
            return frame(.uploadBegin(submission.begin), as: byteClass)
        }
    }

    private mutating func nextChunk(of transfer: UploadTransfer) -> OutgoingFrame? {
        let total = transfer.submission.begin.totalByteCount
        guard var flow = transfer.flow, let welcome,
            let count = flow.chunkByteCount(total: total, chunkByteCountMax: UInt64(welcome.chunkByteCountMax))
        else { return nil }
        let start = Int(flow.offset)
        let data = transfer.submission.payload[start..<start + Int(count)]
        let message = WireMessage.uploadChunk(offset: flow.offset)
        flow.offset += count
        var moved = transfer
        moved.flow = flow
        question = .upload(moved)
        return frame(message, data: data, as: transfer.byteClass)
    }

    /// Notes an exchange of an assignment; what its bytes are counted as.
    mutating func beginExchange(_ kind: ExchangeKind, _ id: AssignmentID) -> ByteClass {
        log.begin(kind, id) ? .repeated : .training
    }

    private mutating func frame(
        _ message: WireMessage,
        data: ArraySlice<UInt8> = [],
        as byteClass: ByteClass
    ) -> OutgoingFrame {
        let body = ProtobufCCodec.encode(message)
        let header = FrameHeader(
            kind: message.kind,
            messageByteCount: body.count,
            dataByteCount: data.count,
            session: sessionID,
            sequence: sentFrameCount
        )
        sentFrameCount += 1
        var head: [UInt8] = []
        head.reserveCapacity(WireLimits.headerByteCount + body.count)
        header.encode(into: &head)
        head += body
        let frame = OutgoingFrame(head: head, data: data)
        sent.add(frame.byteCount, as: byteClass)
        return frame
    }
}
