import HansaCore
import HansaWire

/// An update's way to the coordinator, as its answers steer it.
extension ClientSession {
    mutating func takeGrant(
        from offset: UInt64,
        windowByteCount: UInt32,
        of transfer: UploadTransfer
    ) throws(WireError) {
        let total = transfer.submission.begin.totalByteCount
        guard offset <= total else { throw .wrongOffset(got: offset, expected: total) }
        // A window that never lets a chunk through would keep both sides waiting.
        guard let welcome, UInt64(windowByteCount) >= min(UInt64(welcome.chunkByteCountMax), total - offset) else {
            throw .malformedMessage(.uploadGranted)
        }
        var granted = transfer
        granted.flow = UploadTransfer.Flow(offset: offset, reported: offset, windowByteCount: UInt64(windowByteCount))
        question = .upload(granted)
    }

    mutating func takeProgress(to offset: UInt64, of transfer: UploadTransfer) throws(WireError) {
        guard var flow = transfer.flow else { throw .unexpected(.uploadProgress) }
        guard offset >= flow.reported, offset <= flow.offset else {
            throw .wrongOffset(got: offset, expected: flow.offset)
        }
        flow.reported = offset
        var moved = transfer
        moved.flow = flow
        question = .upload(moved)
    }

    mutating func take(
        _ answer: UploadAnswer,
        of transfer: UploadTransfer
    ) throws(WireError) -> (ClientSessionEvent, ByteClass) {
        guard answer.assignment == transfer.submission.assignment else { throw .malformedMessage(.uploadAnswer) }
        if answer.answer == .accepted, let flow = transfer.flow {
            // Nobody can have an update whose end was not sent.
            guard flow.offset == transfer.submission.begin.totalByteCount else { throw .unexpected(.uploadAnswer) }
        }
        question = nil
        if operation == .upload(transfer.submission) { operation = nil }
        let event = ClientSessionEvent.submissionAnswered(
            answer.assignment,
            answer.answer,
            retryMilliseconds: answer.retryMilliseconds
        )
        return (event, answer.answer == .accepted ? transfer.byteClass : .liveness)
    }
}
