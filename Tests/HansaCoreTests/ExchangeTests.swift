import HansaCore
import HansaNumerics
import Testing

/// Headers, names and refusals, as they cross the wire and lie on disks.
@Suite struct ExchangeTests {
    static let assignment = AssignmentID(round: 7, attempt: 1, client: ClientID(9), fence: 3)

    static func report(loss: Float?) -> UpdateReport {
        UpdateReport(
            assignment: assignment,
            planDigest: SHA256Digest(hashing: [1]),
            sampleCount: 12,
            trainingLoss: loss,
            payloadDigest: SHA256Digest(hashing: [2])
        )
    }

    static func bytes(_ report: UpdateReport) -> [UInt8] {
        var writer = ByteWriter()
        report.encode(into: &writer)
        return writer.bytes
    }

    @Test(arguments: [nil, 0, 0.5, -1e-30, .infinity] as [Float?])
    func aReportReadsBackAsItself(loss: Float?) throws {
        var reader = ByteReader(Self.bytes(Self.report(loss: loss)))
        #expect(try UpdateReport(from: &reader) == Self.report(loss: loss))
        try reader.finish()
    }

    @Test func aReportHasItsGoldenBytes() {
        let expected =
            "07000000 01000000 09000000 03000000"
            + SHA256Digest(hashing: [1]).hexadecimal + "0c000000" + "01 0000003f"
            + SHA256Digest(hashing: [2]).hexadecimal
        #expect(Self.bytes(Self.report(loss: 0.5)) == Hexadecimal.bytes(expected))
    }

    @Test func noPrefixOfAReportIsRead() {
        let bytes = Self.bytes(Self.report(loss: 0.5))
        for count in bytes.indices {
            var reader = ByteReader(Array(bytes[..<count]))
            #expect(throws: ByteReaderError.truncated) { try UpdateReport(from: &reader) }
        }
    }

    @Test func everyFlippedBitOfAReportIsSeen() throws {
        for loss in [nil, 0.5] as [Float?] {
            let bytes = Self.bytes(Self.report(loss: loss))
            for bit in 0..<8 * bytes.count {
                var flipped = bytes
                flipped[bit / 8] ^= 1 << UInt8(bit % 8)
                var reader = ByteReader(flipped)
                guard let report = try? UpdateReport(from: &reader) else { continue }
                #expect(Self.bytes(report) == flipped)
            }
        }
    }

    @Test func assignmentsAreOrderedByRoundAttemptClientAndFence() {
        let ordered = [
            AssignmentID(round: 1, attempt: 9, client: ClientID(9), fence: 9),
            AssignmentID(round: 2, attempt: 0, client: ClientID(9), fence: 9),
            AssignmentID(round: 2, attempt: 1, client: ClientID(0), fence: 9),
            AssignmentID(round: 2, attempt: 1, client: ClientID(1), fence: 0),
            AssignmentID(round: 2, attempt: 1, client: ClientID(1), fence: 1),
        ]
        #expect(ordered.reversed().sorted() == ordered)
    }

    /// The numbers are on the wire, so that they can be added to and never changed.
    @Test func refusalsKeepTheirNumbers() {
        let numbers: [(RefusalReason, UInt8)] = [
            (.unknownClient, 1), (.notSelected, 2), (.roundClosed, 3), (.unknownAssignment, 4), (.staleFence, 5),
            (.planMismatch, 6), (.conflictingUpdate, 7), (.wrongByteCount, 8), (.digestMismatch, 9),
            (.outsideLattice, 10), (.invalidWeight, 11), (.invalidFields, 12), (.busy, 13), (.withdrawn, 14),
            (.policy, 15), (.missingCapability, 16), (.modelMismatch, 17), (.trainingFailed, 18),
            (.unsupportedVersion, 19), (.malformed, 20), (.tooLarge, 21), (.wrongSession, 22),
            (.unexpectedMessage, 23), (.unknownValue, 24), (.wrongOffset, 25), (.superseded, 26), (.timeout, 27),
            (.shuttingDown, 28), (.tooManySessions, 29), (.missingState, 30),
        ]
        for (reason, number) in numbers { #expect(reason.rawValue == number) }
        #expect(RefusalReason.allCases.count == numbers.count)
    }

    @Test func onlyPassingReasonsAreWorthAnotherTry() {
        let later: Set<RefusalReason> = [.busy, .superseded, .timeout, .shuttingDown, .tooManySessions]
        let afterUpdate: Set<RefusalReason> = [.missingCapability, .unsupportedVersion, .unknownValue]
        for reason in RefusalReason.allCases {
            let expected: RefusalReason.Class =
                later.contains(reason) ? .retryLater : afterUpdate.contains(reason) ? .afterUpdate : .never
            #expect(reason.retryClass == expected)
        }
    }
}
