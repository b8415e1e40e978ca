import HansaCore
public import HansaWire

extension ServerSession {
    /// The next frame to write; nil when there is nothing to send now.
    ///
    /// Messages go before a model's chunks, so a cancel does not wait for the end of a download. Take frames only while
    /// the connection takes bytes: what is not taken is not made.
    public mutating func nextFrame() -> OutgoingFrame? {
        guard nextOutboundSequence < WireLimits.frameCountMax else {
            // No number is left that was not used; the peer notices the end of the connection.
            queue = []
            end()
            return nil
        }
        if !queue.isEmpty {
            let next = queue.removeFirst()
            let frame = frame(next.message, data: [], as: next.byteClass)
            handedOut(next)
            return frame
        }
        guard var model = outgoingModel, !model.isComplete else { return nil }
        let chunk = model.nextChunk(byteCountMax: Int(configuration.chunkByteCountMax))
        outgoingModel = model.isComplete ? nil : model
        if model.isComplete { state = .idle }
        return frame(.modelChunk(offset: chunk.offset), data: chunk.data, as: model.byteClass)
    }

    /// Moves the state on by a message that the client will now read.
    private mutating func handedOut(_ queued: QueuedMessage) {
        switch (queued.message, state) {
        case (.work, .asked): state = .idle
        case (.model, .fetching):
            if outgoingModel?.isComplete ?? true {
                outgoingModel = nil
                state = .idle
            }
        case (.uploadGranted(_, let offset, let window), .announced(let begin)):
            let upload = IncomingUpload(
                assignment: begin.report.assignment,
                totalByteCount: begin.totalByteCount,
                offset: offset,
                windowByteCount: window,
                byteClass: queued.byteClass
            )
            state = upload.isComplete ? .deciding(upload) : .uploading(upload)
        case (.uploadProgress(let offset), .uploading(var upload)):
            upload.progressHandedOut(offset)
            state = .uploading(upload)
        case (.uploadAnswer, .announced), (.uploadAnswer, .deciding): state = .idle
        case (.uploadAnswer, .uploading(let upload)): state = .draining(upload)
        default: break
        }
    }

    private mutating func frame(
        _ message: WireMessage,
        data: ArraySlice<UInt8>,
        as byteClass: ByteClass
    ) -> OutgoingFrame {
        let frame = OutgoingFrame(message, data: data, session: sessionID, sequence: nextOutboundSequence)
        nextOutboundSequence += 1
        sent.add(frame.byteCount, as: byteClass)
        return frame
    }
}
