import HansaClient
import HansaCore
import HansaNumerics

/// The running digest of everything that happens in a simulation.
struct EventTrace {
    private var state = SHA256Digest(hashing: Array("hansa trace 1".utf8))
    private var writer = ByteWriter()
    /// Events are hashed in blocks of at least this many bytes.
    private static let blockByteCount = 1 << 12

    mutating func note(_ event: PendingEvent) {
        writer.write(event.time)
        switch event.kind {
        case .request(let client, let request):
            note(1, client)
            note(request)
        case .answer(let client, let input):
            note(2, client)
            note(input)
        case .trainingDone(let client, _): note(3, client)
        case .timer(let client, let token, _):
            note(4, client)
            writer.write(token)
        case .clientStarts(let client): note(5, client)
        case .batchDue: writer.write(UInt8(6))
        case .coordinatorStarts: writer.write(UInt8(7))
        case .deadline: writer.write(UInt8(8))
        }
        if writer.bytes.count >= Self.blockByteCount { fold() }
    }

    /// The digest of what was noted so far.
    mutating func finish(modelDigest: SHA256Digest) -> SHA256Digest {
        writer.writeRaw(modelDigest.bytes)
        fold()
        return state
    }

    private mutating func fold() {
        state = SHA256Digest(hashing: state.bytes + writer.bytes)
        writer = ByteWriter(reservingCapacity: 2 * Self.blockByteCount)
    }

    private mutating func note(_ tag: UInt8, _ client: ClientID) {
        writer.write(tag)
        writer.write(client.number)
    }

    private mutating func note(_ request: ClientRequest) {
        switch request {
        case .work: writer.write(UInt8(1))
        case .model(let assignment):
            writer.write(UInt8(2))
            assignment.id.encode(into: &writer)
        case .submit(let record):
            writer.write(UInt8(3))
            record.update.report.encode(into: &writer)
        case .withdraw(let id, let reason):
            writer.write(UInt8(4))
            id.encode(into: &writer)
            writer.write(reason.rawValue)
        }
    }

    private mutating func note(_ input: AgentInput) {
        switch input {
        case .workAnswered(.assignment(let assignment), _):
            writer.write(UInt8(1))
            assignment.id.encode(into: &writer)
        case .workAnswered(.wait, _): writer.write(UInt8(2))
        case .workAnswered(.finished, _): writer.write(UInt8(3))
        case .workAnswered(.refused(let reason), _):
            writer.write(UInt8(4))
            writer.write(reason.rawValue)
        case .workUnreadable(let id, let reason):
            writer.write(UInt8(10))
            id.encode(into: &writer)
            writer.write(reason.rawValue)
        case .modelReady: writer.write(UInt8(5))
        case .modelUnavailable: writer.write(UInt8(6))
        case .submissionAnswered(let id, .accepted):
            writer.write(UInt8(7))
            id.encode(into: &writer)
        case .submissionAnswered(let id, .refused(let reason)):
            writer.write(UInt8(8))
            id.encode(into: &writer)
            writer.write(reason.rawValue)
        case .started, .trained, .recorded, .timerFired: writer.write(UInt8(9))
        case .cancelled(let id):
            writer.write(UInt8(11))
            id.encode(into: &writer)
        case .modelDamaged: writer.write(UInt8(12))
        }
    }
}
