/// A law of a protocol that an implementation breaks, and where.
///
/// Checkers return a list of them, so that they work with any test framework: `#expect(checkAggregator(…) == [])`.
public struct LawViolation: Hashable, Sendable, CustomStringConvertible {
    /// The law, as the protocol's documentation names it.
    public var law: String
    /// What was done and what came of it.
    public var detail: String

    public init(_ law: String, _ detail: String) {
        self.law = law
        self.detail = detail
    }

    public var description: String { "\(law): \(detail)" }
}
