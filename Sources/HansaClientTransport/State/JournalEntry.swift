public import HansaCore
import HansaNumerics

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
        var line: PlainText = "\(assignment.text) \(payloadDigest.hexadecimal)"
        switch answer {
        case .accepted: line.append(" accepted")
        case .refused(let reason): line.append(" refused \(reason.rawValue)")
        }
        return line.string
    }

    /// Reads ``line`` back; nil for a torn one.
    init?(line: [UInt8]) {
        let words = line.pieces(at: 0x20)
        guard words.count >= 3,
            let assignment = AssignmentID(text: String(bytes: words[0])),
            let digest = SHA256Digest(hexadecimal: String(bytes: words[1]))
        else { return nil }
        if words.count == 3, words[2] == "accepted".bytes {
            self.init(assignment: assignment, payloadDigest: digest, answer: .accepted)
        } else if words.count == 4, words[2] == "refused".bytes, let number = Decimal.parse(words[3]),
            let reason = UInt8(exactly: number).flatMap({ RefusalReason(rawValue: $0) })
        {
            self.init(assignment: assignment, payloadDigest: digest, answer: .refused(reason))
        } else {
            return nil
        }
    }
}
