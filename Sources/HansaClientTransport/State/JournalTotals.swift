import HansaCore
import HansaNumerics

/// How many updates were answered, and how.
public struct JournalTotals: Hashable, Sendable {
    public var acceptedCount: UInt32 = 0
    public var refusedCount: UInt32 = 0

    /// All of them; what a policy's limit of rounds counts.
    public var answeredCount: UInt32 { acceptedCount.addingReportingOverflow(refusedCount).partialValue }

    mutating func count(_ entry: JournalEntry) {
        switch entry.answer {
        case .accepted: acceptedCount &+= 1
        case .refused: refusedCount &+= 1
        }
    }

    /// The first line of a journal that goes on from another.
    var line: String { PlainText("carried \(acceptedCount) \(refusedCount)").string }
}

extension JournalTotals {
    init?(line: [UInt8]) {
        let words = line.pieces(at: 0x20)
        guard words.count == 3, words[0] == "carried".bytes, let accepted = Decimal.parse(words[1]),
            let refused = Decimal.parse(words[2])
        else { return nil }
        self.init(acceptedCount: accepted, refusedCount: refused)
    }
}
