import HansaCoordinator
import HansaCore
import HansaServerWire
import HansaWire
import Logging
import NIOCore

/// What the client wants, and the service's answers.
extension SessionHandler {
    func take(_ event: ServerSessionEvent) {
        switch event {
        case .opened: opened()
        case .workRequested: requestWork()
        case .modelRequested(let request): requestModel(request)
        case .uploadBegan(let begin): announce(begin)
        case .uploadBytes(let offset, let bytes): store(bytes, at: offset)
        case .uploadComplete: decide()
        case .withdrawn(let id, let reason): withdraw(id, reason)
        case .goodbye, .refused:
            leave()
            // The client reads no more, so there is nothing to wait for.
            close()
        }
    }

    private func requestWork() {
        guard let client = session?.client else { return }
        isTraining = false
        let (service, hold) = (server.service, limits.holdMilliseconds)
        // Reads go on: a client may say heartbeat or goodbye while it waits.
        ask(isHeld: true, { await service.work(for: client, holdMilliseconds: hold) }) { [self] reply in
            switch reply {
            case .assigned(let id, let plan, let schema, let memoryRound):
                guard session?.canFollow(plan) != false else {
                    // Its place in the round is free for others.
                    withdraw(id, .missingCapability)
                    return refuse(Refusal(reason: .missingCapability))
                }
                isTraining = true
                lastActivity = .now()
                let isRepeated = server.registry.begin(.work, id)
                session?.answerWork(
                    .assigned(id, plan: plan, schema: schema, memoryRound: memoryRound),
                    isRepeated: isRepeated
                )
            case .wait(let milliseconds):
                session?.answerWork(.wait(milliseconds: milliseconds), isRepeated: false)
            case .finished: session?.answerWork(.finished, isRepeated: false)
            case .refused(let reason): refuse(Refusal(reason: reason))
            }
        }
    }

    private func requestModel(_ request: ModelRequest) {
        let service = server.service
        askPending({ await service.modelContent(request.digest) }) { [self] content in
            guard let content else {
                session?.modelGone(request.digest)
                return
            }
            let isRepeated = server.registry.begin(.model, request.assignment)
            session?.answerModel(request, content: content, isRepeated: isRepeated)
            if session?.isEnded == true { server.registry.count { $0.refusals[.wrongOffset, default: 0] += 1 } }
        }
    }

    private func announce(_ begin: UploadBegin) {
        let service = server.service
        let report = begin.report
        isTraining = false
        upload = report
        isUploading = false
        askPending({
            await service.announce(
                report,
                byteCount: begin.totalByteCount,
                sectionByteCounts: begin.sectionByteCounts
            )
        }) { [self] decision in
            switch decision {
            case .answered(let answer): finish(report, answer)
            case .busy: finish(report, .refused(.busy))
            case .granted(let offset):
                let isRepeated = server.registry.begin(.upload, report.assignment)
                isUploading = true
                if isEndingSoon { return }
                let isWhole = session?.grantUpload(report.assignment, offset: offset, isRepeated: isRepeated)
                if isWhole == true { decide() }
            }
        } unheard: { [self] decision in
            // The grant was on its way while the connection died.
            if case .granted = decision { suspend(report.assignment) }
        }
    }

    /// Writes a chunk to the spool, on the event loop: a copy into the page cache of at most a chunk takes less time
    /// than handing it to another thread, and the kernel slows the loop down only when the disk cannot follow.
    private func store(_ bytes: [UInt8], at offset: UInt64) {
        guard let upload, isUploading else { return }
        var isStored = false
        do throws(StoreError) {
            isStored = try server.spool.append(
                upload.assignment,
                digest: upload.payloadDigest,
                offset: offset,
                bytes: bytes
            )
        } catch {
            server.logger.error(
                "cannot write to the spool",
                metadata: metadata(["error": "\(error)", "round": "\(upload.assignment.round)"])
            )
            isUploading = false
            return finish(upload, .refused(.busy))
        }
        // The spool dropped it: its round is over, or a newer session of this client began anew.
        if !isStored { decide() }
    }

    /// Asks what becomes of the update whose bytes are in the spool.
    private func decide() {
        guard let report = upload, isUploading else { return }
        isUploading = false
        let service = server.service
        askPending({ await service.finishUpload(report) }) { [self] answer in finish(report, answer) }
    }

    private func finish(_ report: UpdateReport, _ answer: SubmissionAnswer) {
        upload = nil
        isUploading = false
        var retry: UInt32 = 0
        if case .refused(let reason) = answer {
            server.registry.count { $0.refusedUpdates[reason, default: 0] += 1 }
            if reason.retryClass == .retryLater { retry = limits.retryMilliseconds }
            server.logger.info(
                "refused an update",
                metadata: metadata(["round": "\(report.assignment.round)", "reason": "\(reason)"])
            )
        }
        session?.answerUpload(
            UploadAnswer(assignment: report.assignment, answer: answer, retryMilliseconds: retry)
        )
    }

    private func withdraw(_ id: AssignmentID, _ reason: RefusalReason) {
        isTraining = false
        server.logger.notice(
            "a client withdrew from its work",
            metadata: metadata(["round": "\(id.round)", "reason": "\(reason)"])
        )
        let service = server.service
        askPending(outlivesConnection: true, { await service.withdraw(id, reason: reason) }) { _ in }
    }

    // MARK: Asking

    /// Asks the service, and reads nothing until it has answered.
    private func askPending<Answer: Sendable>(
        outlivesConnection: Bool = false,
        _ question: @escaping @Sendable () async -> Answer,
        then: @escaping (Answer) -> Void,
        unheard: @escaping (Answer) -> Void = { _ in }
    ) {
        pendingCount += 1
        adjustReading()
        ask(
            outlivesConnection: outlivesConnection,
            question,
            then: { [self] answer in
                pendingCount -= 1
                lastActivity = .now()
                then(answer)
            },
            unheard: unheard
        )
    }

    /// Asks the service when the questions before have been answered; the answer comes back on this connection's event
    /// loop.
    ///
    /// - Parameters:
    ///   - isHeld: whether the answer may be long in coming; later questions do not wait for it.
    ///   - outlivesConnection: whether it is asked even if the connection is gone by then.
    ///   - then: takes the answer while the connection is there.
    ///   - unheard: takes it when the connection is gone.
    private func ask<Answer: Sendable>(
        isHeld: Bool = false,
        outlivesConnection: Bool = false,
        _ question: @escaping @Sendable () async -> Answer,
        then: @escaping (Answer) -> Void,
        unheard: @escaping (Answer) -> Void = { _ in }
    ) {
        questions.add { [self] in
            guard phase != .closed || outlivesConnection, let eventLoop else { return questions.answered() }
            let promise = eventLoop.makePromise(of: Answer.self)
            promise.completeWithTask { await question() }
            promise.futureResult.assumeIsolated().whenSuccess { [self] answer in
                if phase == .closed {
                    unheard(answer)
                } else {
                    then(answer)
                    if isEndingSoon, upload == nil || isUploading { sayGoodbye() }
                    pump()
                }
                if !isHeld { questions.answered() }
            }
            if isHeld { questions.answered() }
        }
    }
}
