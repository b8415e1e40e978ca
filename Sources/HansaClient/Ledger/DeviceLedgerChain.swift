import HansaNumerics

/// The state of a device's ledger behind its lines so far: what the next line must follow from.
///
/// The client follows its own file with it, `hansa ledger compare` what a client printed.
public struct DeviceLedgerChain: Sendable {
    /// The chain up to the last line.
    public private(set) var value = DeviceLedgerLine.noChain
    public private(set) var totals = DeviceLedgerTotals()

    public init() {}

    /// Takes in the next line; nil, with nothing changed, for bytes that are no entry or that `link` does not follow from.
    ///
    /// The first line of a file says itself what it goes on from: whether that is where this chain is, is the caller's to
    /// ask before.
    public mutating func follow(_ bytes: [UInt8], link: [UInt8]) -> DeviceLedgerEntry? {
        guard let entry = DeviceLedgerEntry(bytes) else { return nil }
        var before = value
        if case .began(let chain, _) = entry { before = chain }
        guard DeviceLedgerLine.chain(bytes, after: before) == link else { return nil }
        value = link
        totals.add(entry)
        return entry
    }
}
