import HansaClient
import HansaCore
import Testing

/// What lies on a device's disk between training and acknowledgement.
@Suite struct OutboxRecordTests {
    static func record(payload: [UInt8], loss: Float? = nil, localState: [UInt8] = []) throws -> OutboxRecord {
        var record = try AgentFixtures.record(payload: payload)
        record.update.report.trainingLoss = loss
        record.localState = localState
        return record
    }

    @Test func recordsReadBackAsThemselves() throws {
        for payload in [[], [0], [UInt8](repeating: 0xa5, count: 100_000)] {
            for loss in [nil, 0.25] as [Float?] {
                for state in [[], [1, 2, 3]] as [[UInt8]] {
                    let record = try Self.record(payload: payload, loss: loss, localState: state)
                    #expect(OutboxRecord(bytes: record.bytes) == record)
                }
            }
        }
    }

    @Test func aTornWriteIsSeenAtEveryOffset() throws {
        let bytes = try Self.record(payload: [1, 2, 3, 4], loss: 0.5, localState: [9]).bytes
        for count in bytes.indices {
            #expect(OutboxRecord(bytes: Array(bytes[..<count])) == nil)
            // A file system may leave the length and lose the content.
            let zeroed = Array(bytes[..<count]) + [UInt8](repeating: 0, count: bytes.count - count)
            if zeroed != bytes { #expect(OutboxRecord(bytes: zeroed) == nil) }
        }
        #expect(OutboxRecord(bytes: bytes + [0]) == nil)
    }

    @Test func everyFlippedBitIsSeen() throws {
        let bytes = try Self.record(payload: [1, 2, 3, 4], loss: 0.5, localState: [9]).bytes
        for bit in 0..<8 * bytes.count {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(OutboxRecord(bytes: flipped) == nil, "bit \(bit)")
        }
    }

    /// The digest proves that nothing was torn, not that the content makes sense; the form is checked behind it.
    @Test func aWellSealedRecordOfAnotherFormIsRefused() throws {
        let bytes = try Self.record(payload: [1, 2, 3, 4]).bytes
        let body = Array(bytes.dropLast(SHA256Digest.byteCount))
        func sealed(_ body: [UInt8]) -> [UInt8] { body + SHA256Digest(hashing: body).bytes }
        #expect(OutboxRecord(bytes: sealed(body)) != nil)
        #expect(OutboxRecord(bytes: sealed([2] + body.dropFirst())) == nil)
        #expect(OutboxRecord(bytes: sealed(body + [0])) == nil)
        for count in body.indices { #expect(OutboxRecord(bytes: sealed(Array(body[..<count]))) == nil) }
        var endless = body
        endless.replaceSubrange(body.count - 4..<body.count, with: [0xff, 0xff, 0xff, 0xff])
        #expect(OutboxRecord(bytes: sealed(endless)) == nil)
    }
}
