import HansaCore
import Synchronization

/// The SHA-256 of a payload that arrives piece by piece, as long as every piece begins where the one before ended.
final class RunningDigest: Sendable {
    private struct State: ~Copyable {
        /// nil once a piece came out of order.
        var hasher: SHA256Hasher? = SHA256Hasher()
        var byteCount = 0
    }

    private let state = Mutex(State())

    /// Takes in a piece that begins at `start`.
    func update(_ piece: [UInt8], at start: Int) {
        state.withLock { state in
            guard start == state.byteCount else {
                state.hasher = nil
                return
            }
            state.hasher?.update(piece)
            state.byteCount += piece.count
        }
    }

    /// Ends the stream with the digest of `byteCount` bytes; nil where others were taken in, or in another order.
    func finish(byteCount: Int) -> SHA256Digest? {
        state.withLock { state in
            guard state.byteCount == byteCount else { return nil }
            return state.hasher.take()?.finalize()
        }
    }
}
