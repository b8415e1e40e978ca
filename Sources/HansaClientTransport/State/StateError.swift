import HansaNumerics

/// Why the state folder cannot be used.
public enum StateError: Error, Equatable, Sendable {
    /// Another process works in it.
    case inUse(path: String)
    /// A call of the operating system failed; with its words.
    case system(what: String, path: String, words: String)
    /// The folder is open to other users.
    case isReadable(path: String)
    /// A line of the privacy ledger is not the one that was written.
    case damagedLedger(path: String, line: Int)

    init(_ what: String, _ path: String, _ error: SystemError) {
        self = .system(what: what, path: path, words: error.words)
    }

    /// For people: what happened, and what to do.
    public var message: String { text.string }

    private var text: PlainText {
        switch self {
        case .inUse(let path): "another hansa-client works in \(path); give each its own [state] folder"
        case .system(let what, let path, let words): "\(path) cannot be \(what): \(words)"
        case .isReadable(let path): "the state folder \(path) is open to other users; run: chmod 700 \(path)"
        case .damagedLedger(let path, let line):
            "the privacy ledger \(path) was changed at line \(line), so what this device has spent is not known, and a"
                + " backup knows less. Rename it to ledger.damaged: a new one counts what was lost as gaps, and max-epsilon"
                + " refuses every plan until the policy has accept-gaps, as the refusal says"
        }
    }
}
