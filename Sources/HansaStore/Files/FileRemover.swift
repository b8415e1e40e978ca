import Dispatch
import HansaCoordinator
import Synchronization

/// Removes files that nothing refers to any more, in their order and off the caller's thread: to give back the blocks of a
/// large file takes as long as to write them.
///
/// What a process that dies did not remove, the next one finds without a row and removes. A failed removal is told to the
/// next caller of ``check()``: payloads must not stay behind in silence.
final class FileRemover: Sendable {
    private let queue = DispatchQueue(label: "hansa-remover")
    private let failure = Mutex<StoreError?>(nil)
    private let waitingCount = Atomic<Int>(0)
    /// How many removals may wait; who asks for more waits for them.
    private static let waitingCountMax = 1_024

    /// Removes a file soon; one that is not there is gone already.
    func remove(_ path: String) {
        if waitingCount.load(ordering: .relaxed) >= Self.waitingCountMax { finish() }
        waitingCount.add(1, ordering: .relaxed)
        queue.async { [self] in
            defer { waitingCount.subtract(1, ordering: .relaxed) }
            do throws(StoreError) {
                try StateFolder.remove(path)
            } catch {
                failure.withLock { $0 = $0 ?? error }
            }
        }
    }

    /// Throws if an earlier removal failed.
    func check() throws(StoreError) {
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    /// Returns when everything is removed.
    func finish() { queue.sync {} }
}
