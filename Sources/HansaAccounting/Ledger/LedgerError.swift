public import HansaPrivacy

/// Why a ledger's line cannot be written, or does not hold.
public enum LedgerError: Error, Hashable, Sendable {
    /// The accountant refuses the release's event.
    case notAccountable(PrivacyError)
    /// The line, from 1, is not what it must be after the lines before it.
    case broken(line: Int, reason: String)
    /// The lines hold, and are not all that the run's other records call for.
    case incomplete(reason: String)
}
