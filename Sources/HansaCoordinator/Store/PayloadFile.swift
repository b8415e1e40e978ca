import Glibc
import Synchronization

/// A file with the whole payload of one update, on its way from a spool to a store.
///
/// Whoever holds the last reference decides: a store that makes the payload durable takes the file over with
/// ``take()``; a file that nobody took is removed.
public final class PayloadFile: Sendable {
    /// Where it lies, on the file system of the state folder.
    public let path: String
    private let isTaken = Atomic<Bool>(false)

    public init(path: String) { self.path = path }

    deinit { if !isTaken.load(ordering: .acquiring) { unlink(path) } }

    /// The file has another owner from here on, who renames or removes it.
    public func take() { isTaken.store(true, ordering: .releasing) }
}
