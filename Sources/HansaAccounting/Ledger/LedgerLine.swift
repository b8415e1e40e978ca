import Foundation

/// One line of a privacy ledger: its place in the chain and its bytes, which are JSON without the line's end.
public struct LedgerLine: Hashable, Sendable {
    /// The place, from 0 for the header.
    public let index: UInt64
    public let bytes: [UInt8]

    public init(index: UInt64, bytes: [UInt8]) {
        self.index = index
        self.bytes = bytes
    }

    /// What the line says was released; nil for lines of other kinds.
    ///
    /// Whether it is true, ``LedgerVerifier`` says.
    public var release: LedgerRelease? {
        (try? JSONDecoder().decode(LedgerFields.self, from: Data(bytes)))?.release
    }
}
