public import HansaCoordinator

/// A place that outlives the stores opened on it, such as a folder: what ``checkCoordinatorStore(make:)`` works on.
public struct StorePlace {
    /// Opens a store on the place; every store opened before has been let go of.
    public var open: (DurableWriteObserver?) throws(StoreError) -> any CoordinatorStore

    public init(open: @escaping (DurableWriteObserver?) throws(StoreError) -> any CoordinatorStore) {
        self.open = open
    }
}
