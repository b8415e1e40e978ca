import HansaCore

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
    var line: String { "carried \(acceptedCount) \(refusedCount)" }
}

extension JournalTotals {
    init?(line: some Collection<UInt8>) {
        let words = line.split(separator: 0x20, omittingEmptySubsequences: false).map { Array($0) }
        guard words.count == 3, words[0].elementsEqual("carried".utf8), let accepted = Decimal.parse(words[1]),
            let refused = Decimal.parse(words[2])
        else { return nil }
        self.init(acceptedCount: accepted, refusedCount: refused)
    }
}
