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

    /// The seal proves that nothing was torn, not that the content makes sense; the form is checked behind it.
    @Test func aWellSealedRecordOfAnotherFormIsRefused() throws {
        let record = try Self.record(payload: [1, 2, 3, 4])
        let body = Array(record.head.dropLast(SHA256Digest.byteCount))
        let payload = record.update.payload
        func sealed(_ body: [UInt8]) -> [UInt8] { body + SHA256Digest(hashing: body).bytes + payload }
        #expect(OutboxRecord(bytes: sealed(body)) == record)
        for version: UInt8 in [0, 2, 4] { #expect(OutboxRecord(bytes: sealed([version] + body.dropFirst())) == nil) }
        #expect(OutboxRecord(bytes: sealed(body + [0])) == nil)
        for count in body.indices { #expect(OutboxRecord(bytes: sealed(Array(body[..<count]))) == nil) }
        // The counts of state, sections and payload, one after the other, as large as they go.
        for range in [body.count - 8..<body.count, body.count - 12..<body.count - 8, body.count - 20..<body.count - 12]
        {
            var endless = body
            endless.replaceSubrange(range, with: [UInt8](repeating: 0xff, count: range.count))
            #expect(OutboxRecord(bytes: sealed(endless)) == nil)
        }
    }

    @Test func theSealReachesThePayloadThroughItsDigest() throws {
        var record = try Self.record(payload: [1, 2, 3, 4])
        #expect(record.bytes == record.head + [1, 2, 3, 4])
        record.update.payload = [1, 2, 3, 5]
        #expect(OutboxRecord(bytes: record.bytes) == nil)
    }

    @Test func sectionsAreKept() throws {
        var record = try Self.record(payload: [1, 2, 3, 4])
        record.sectionByteCounts = [3, 1]
        #expect(OutboxRecord(bytes: record.bytes)?.sectionByteCounts == [3, 1])
    }
}
