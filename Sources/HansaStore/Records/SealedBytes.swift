import HansaCoordinator
import HansaCore

/// A record's bytes with their SHA-256 behind them: what a database column holds, since SQLite checks no page.
enum SealedBytes {
    static func seal(_ bytes: [UInt8]) -> [UInt8] { bytes + SHA256Digest(hashing: bytes).bytes }

    /// Checks and removes the digest.
    static func open(_ sealed: [UInt8], what: String) throws(StoreError) -> [UInt8] {
        let count = sealed.count - SHA256Digest.byteCount
        guard count >= 0 else { throw .damaged(file: StateFolder.databaseName, reason: "\(what) is cut short") }
        let bytes = Array(sealed[..<count])
        guard SHA256Digest(hashing: bytes).bytes == Array(sealed[count...]) else {
            throw .damaged(
                file: StateFolder.databaseName,
                reason: "\(what) does not match its digest; restore the folder from a backup"
            )
        }
        return bytes
    }
}
