import HansaCoordinator
import Synchronization

/// The in-memory disk of one simulated coordinator, handed to each of its processes in turn.
final class SharedDisk: Sendable {
    private let disk = Mutex(Slot())

    /// The disk is used by one driver, on one task at a time; the mutex shows it to the compiler.
    private struct Slot {
        let disk = InMemoryStore.Disk()
    }

    func open(_ observer: DurableWriteObserver?) throws(StoreError) -> any CoordinatorStore {
        InMemoryStore(disk: disk.withLock { $0.disk }, observer: observer)
    }
}
