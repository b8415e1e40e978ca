public import HansaCore
public import HansaWire

/// An answer to a question that is not open any more, because the session ended meanwhile, has no effect.
extension ServerSession {
    /// Answers ``ServerSessionEvent/workRequested``.
    ///
    /// - Parameter isRepeated: whether this assignment was handed to this client before by this process.
    public mutating func answerWork(_ work: Work, isRepeated: Bool) {
        guard case .asked = state, !queue.contains(where: { $0.message.kind == .work }) else { return }
        let byteClass: ByteClass
        switch work {
        case .assigned: byteClass = isRepeated ? .repeated : .training
        case .wait, .finished: byteClass = .liveness
        }
        queue.append(QueuedMessage(.work(work), as: byteClass))
    }

    /// Answers ``ServerSessionEvent/modelRequested(_:)`` with the model, from the request's offset on.
    ///
    /// A request that begins behind the model's end is refused.
    /// - Parameters:
    ///   - content: the whole model as it travels; shared, not copied.
    ///   - isRepeated: whether this model was sent for this assignment before by this process.
    public mutating func answerModel(_ request: ModelRequest, content: [UInt8], isRepeated: Bool) {
        guard case .fetching(request) = state, isModelUnanswered else { return }
        let byteClass: ByteClass = isRepeated ? .repeated : .training
        guard let offset = Int(exactly: request.offset), offset <= content.count else {
            countOpenQuestion(as: .liveness)
            refuse(.wrongOffset(got: request.offset, expected: UInt64(content.count)))
            return
        }
        countOpenQuestion(as: byteClass)
        guard !request.held.contains(request.digest) else {
            queue.append(QueuedMessage(.model(.held(request.digest)), as: byteClass))
            return
        }
        let answer = ModelAnswer.follows(
            request.digest,
            totalByteCount: UInt64(content.count),
            offset: request.offset
        )
        queue.append(QueuedMessage(.model(answer), as: byteClass))
        outgoingModel = OutgoingModel(content: content, offset: offset, byteClass: byteClass)
    }

    /// Answers ``ServerSessionEvent/modelRequested(_:)``: no round in progress starts from that model.
    public mutating func modelGone(_ digest: SHA256Digest) {
        guard case .fetching(let request) = state, request.digest == digest, isModelUnanswered else { return }
        countOpenQuestion(as: .liveness)
        queue.append(QueuedMessage(.model(.gone(digest))))
    }

    /// Answers ``ServerSessionEvent/uploadBegan(_:)``: the client may send from `offset` on.
    ///
    /// - Parameters:
    ///   - offset: how much of the update is here already, at most its total.
    ///   - isRepeated: whether this update was granted before by this process.
    /// - Returns: whether nothing is missing. Then no ``ServerSessionEvent/uploadComplete`` follows, and the caller goes
    ///   on to ``answerUpload(_:)`` at once.
    @discardableResult
    public mutating func grantUpload(_ id: AssignmentID, offset: UInt64, isRepeated: Bool) -> Bool {
        guard case .announced(let begin) = state, begin.report.assignment == id, isUploadUnanswered else {
            return false
        }
        precondition(offset <= begin.totalByteCount, "more bytes are here than the update has")
        let byteClass: ByteClass = isRepeated ? .repeated : .training
        countOpenQuestion(as: byteClass)
        let grant = WireMessage.uploadGranted(id, offset: offset, windowByteCount: configuration.windowByteCount)
        queue.append(QueuedMessage(grant, as: byteClass))
        return offset == begin.totalByteCount
    }

    /// Answers ``ServerSessionEvent/uploadComplete``, or ``ServerSessionEvent/uploadBegan(_:)`` at once, or ends an
    /// upload before all of it is here.
    ///
    /// An update that is accepted at once was sent before, so its announcement counts as repeated.
    public mutating func answerUpload(_ answer: UploadAnswer) {
        guard isOpenUpload(answer.assignment), !queue.contains(where: { $0.message.kind == .uploadAnswer }) else {
            return
        }
        var byteClass: ByteClass = answer.answer == .accepted ? .repeated : .liveness
        switch state {
        case .uploading(let upload), .deciding(let upload):
            if answer.answer == .accepted { byteClass = upload.byteClass }
        default:
            // A grant that nobody has read yet, and its class, may stand before the answer.
            if answer.answer == .accepted, let grant = queue.first(where: { $0.message.kind == .uploadGranted }) {
                byteClass = grant.byteClass
            }
            countOpenQuestion(as: byteClass)
        }
        queue.append(QueuedMessage(.uploadAnswer(answer), as: byteClass))
    }

    /// Tells the client that this work is not wanted any more; what is open stays open.
    public mutating func cancel(_ id: AssignmentID, _ reason: RefusalReason) {
        guard isOpen else { return }
        let waiting = queue.indices.filter { queue[$0].message.kind == .cancel }
        if waiting.count >= Self.cancelCountMax, let oldest = waiting.first { queue.remove(at: oldest) }
        queue.append(QueuedMessage(.cancel(id, reason)))
    }

    /// Ends the session in good order, after what is queued.
    public mutating func goodbye(_ goodbye: Goodbye) {
        guard isOpen else { return }
        end()
        queue.append(QueuedMessage(.goodbye(goodbye)))
    }

    /// Ends the session because of what arrived.
    public mutating func refuse(_ error: WireError) { refuse(Refusal(reason: error.reason)) }

    /// Ends the session.
    public mutating func refuse(_ refusal: Refusal) {
        guard !isEnded else { return }
        end()
        queue.append(QueuedMessage(.refusal(refusal)))
    }

    mutating func end() {
        countOpenQuestion(as: .liveness)
        state = .ended
        outgoingModel = nil
    }

    private mutating func countOpenQuestion(as byteClass: ByteClass) {
        received.add(openByteCount, as: byteClass)
        openByteCount = 0
    }

    private var isModelUnanswered: Bool {
        outgoingModel == nil && !queue.contains { $0.message.kind == .model }
    }

    private var isUploadUnanswered: Bool {
        !queue.contains { $0.message.kind == .uploadGranted || $0.message.kind == .uploadAnswer }
    }

    private func isOpenUpload(_ id: AssignmentID) -> Bool {
        switch state {
        case .announced(let begin): begin.report.assignment == id
        case .uploading(let upload), .deciding(let upload): upload.assignment == id
        case .greeting, .idle, .asked, .fetching, .draining, .ended: false
        }
    }
}
