public import HansaCore

/// One answered update, a line of the client's journal: `R-A-C-F payload-digest accepted` or `… refused N`.
public struct JournalEntry: Hashable, Sendable {
    public var assignment: AssignmentID
    public var payloadDigest: SHA256Digest
    public var answer: SubmissionAnswer

    public init(assignment: AssignmentID, payloadDigest: SHA256Digest, answer: SubmissionAnswer) {
        self.assignment = assignment
        self.payloadDigest = payloadDigest
        self.answer = answer
    }

    /// The line, without its end.
    var line: String {
        let start = "\(assignment.text) \(payloadDigest.hexadecimal)"
        return switch answer {
        case .accepted: start + " accepted"
        case .refused(let reason): start + " refused \(reason.rawValue)"
        }
    }

    /// Reads ``line`` back; nil for a torn one.
    init?(line: some Collection<UInt8>) {
        let words = line.split(separator: 0x20, omittingEmptySubsequences: false).map { Array($0) }
        guard words.count >= 3,
            let assignment = AssignmentID(text: String(decoding: words[0], as: UTF8.self)),
            let digest = SHA256Digest(hexadecimal: String(decoding: words[1], as: UTF8.self))
        else { return nil }
        if words.count == 3, words[2].elementsEqual("accepted".utf8) {
            self.init(assignment: assignment, payloadDigest: digest, answer: .accepted)
        } else if words.count == 4, words[2].elementsEqual("refused".utf8), let number = Decimal.parse(words[3]),
            let reason = UInt8(exactly: number).flatMap({ RefusalReason(rawValue: $0) })
        {
            self.init(assignment: assignment, payloadDigest: digest, answer: .refused(reason))
        } else {
            return nil
        }
    }
}
