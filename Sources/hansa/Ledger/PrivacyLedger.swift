import HansaAccounting
import HansaCoordinator
import HansaCore
import HansaStore

/// The privacy ledger of a state folder, every line of it checked.
struct PrivacyLedger {
    let lines: [LedgerLine]
    /// Nil for a ledger without a line.
    let state: LedgerState?
    let restartCount: Int

    init(_ reader: StateReader, folder: String) throws(StoreError) {
        lines = try reader.privacyLedger()
        var verifier = LedgerVerifier()
        do throws(LedgerError) {
            for line in lines { try verifier.read(line.bytes) }
        } catch {
            throw .damaged(file: folder, reason: "privacy ledger: \(error.text)")
        }
        if let finding = try reader.finding(in: verifier) {
            throw .damaged(file: folder, reason: "privacy ledger: \(finding)")
        }
        state = verifier.state
        restartCount = verifier.restartCount
    }

    /// The lines and the seal; none where nothing was released.
    var sealedLines: [LedgerLine] { state.map { lines + [$0.seal()] } ?? [] }
}

extension LedgerError {
    /// For whoever reads it.
    var text: String {
        switch self {
        case .broken(let line, let reason): "line \(line): \(reason)"
        case .incomplete(let reason): reason
        case .notAccountable: "a release that the accountant cannot interpret"
        }
    }
}
