import HansaCore
import HansaWire

/// A model's way here.
extension ClientSession {
    mutating func take(
        _ answer: ModelAnswer,
        of transfer: ModelTransfer
    ) throws(WireError) -> (ClientSessionEvent?, ByteClass) {
        switch answer {
        case .held:
            // The client never says that it holds a model.
            throw .unexpected(.model)
        case .gone(let digest):
            guard digest == transfer.digest else { throw .malformedMessage(.model) }
            question = nil
            // Another model is wanted by now, and this answer is of no use.
            guard let id = wantedModel(of: transfer) else { return (nil, .liveness) }
            operation = nil
            partialModel = nil
            return (.modelUnavailable(id), .liveness)
        case .follows(let digest, let totalByteCount, let offset):
            guard digest == transfer.digest, totalByteCount == transfer.totalByteCount else {
                throw .malformedMessage(.model)
            }
            guard offset == transfer.offset else { throw .wrongOffset(got: offset, expected: transfer.offset) }
            var following = transfer
            following.follows = true
            question = .model(following)
            return (nil, transfer.byteClass)
        }
    }

    mutating func takeChunk(
        _ data: [UInt8],
        at offset: UInt64,
        of transfer: ModelTransfer
    ) throws(WireError) -> ClientSessionEvent? {
        guard offset == transfer.offset else { throw .wrongOffset(got: offset, expected: transfer.offset) }
        guard !data.isEmpty else { throw .malformedFrame }
        let left = transfer.totalByteCount - offset
        guard UInt64(data.count) <= left else {
            // Bounds: for a message only; nothing is read there.
            throw .wrongOffset(got: offset &+ UInt64(data.count), expected: transfer.totalByteCount)
        }
        var moved = transfer
        moved.offset += UInt64(data.count)
        let isLast = moved.offset == transfer.totalByteCount
        question = isLast ? nil : .model(moved)
        // Bytes of a model that is not wanted any more are let go.
        guard partialModel?.digest == transfer.digest, partialModel?.receivedByteCount == offset,
            partialModel?.totalByteCount == transfer.totalByteCount
        else { return nil }
        partialModel?.append(data)
        return isLast ? finishModel(of: transfer) : nil
    }

    /// The assignment whose model is wanted, if it is the one of this transfer.
    private func wantedModel(of transfer: ModelTransfer) -> AssignmentID? {
        guard case .model(let id) = operation, partialModel?.digest == transfer.digest else { return nil }
        return id
    }

    private mutating func finishModel(of transfer: ModelTransfer) -> ClientSessionEvent? {
        let wanted = wantedModel(of: transfer)
        guard let model = partialModel else { return nil }
        partialModel = nil
        guard let id = wanted else { return nil }
        operation = nil
        guard let parameters = model.finish() else { return .modelDamaged(id) }
        return .modelReady(id, parameters: parameters)
    }
}
