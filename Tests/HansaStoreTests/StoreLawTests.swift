import HansaCoordinator
import HansaStore
import HansaTesting
import Testing

/// The laws of the contract, over both stores and over planted defects.
@Suite("The laws of a coordinator store")
struct StoreLawTests {
    @Test("hold for the store in memory")
    func inMemory() {
        #expect(
            checkCoordinatorStore {
                let disk = InMemoryStore.Disk()
                return StorePlace { observer throws(StoreError) in InMemoryStore(disk: disk, observer: observer) }
            } == []
        )
    }

    @Test("hold for the store on files, stopped at every durable write")
    func onFiles() {
        var placeCount = 0
        #expect(
            checkCoordinatorStore {
                placeCount += 1
                let folder = TemporaryFolder()
                return StorePlace { observer throws(StoreError) in
                    try DurableStore(folder: folder.path, observer: observer)
                }
            } == []
        )
        #expect(placeCount > 100)
    }

    @Test("fail for a store that forgets its disk")
    func forgetfulStoreFails() {
        let violations = checkCoordinatorStore {
            StorePlace { observer throws(StoreError) in InMemoryStore(observer: observer) }
        }
        #expect(!violations.isEmpty)
    }
}
