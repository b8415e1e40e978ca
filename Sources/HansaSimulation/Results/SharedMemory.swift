import HansaCoordinator
import Synchronization

/// A simulated coordinator's disk in memory, handed to each of its processes in turn.
final class SharedMemory: Sendable {
    private struct Slot {
        let disk = InMemoryStore.Disk()
    }

    /// The disk is used by one simulation, on one task at a time; the mutex shows that to the compiler.
    private let slot = Mutex(Slot())

    func open(_ observer: DurableWriteObserver?) -> any CoordinatorStore {
        InMemoryStore(disk: slot.withLock { $0.disk }, observer: observer)
    }
}
