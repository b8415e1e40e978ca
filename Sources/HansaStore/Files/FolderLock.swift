import Glibc
import HansaCoordinator

/// The lock that one store holds on its state folder, from opening until the object goes.
final class FolderLock {
    private let file: OpenFile

    /// Takes the lock; one that is held elsewhere, in this process or another, is not waited for.
    init(_ folder: StateFolder) throws(StoreError) {
        file = try OpenFile(folder.lock, flags: O_RDWR | O_CREAT)
        guard try file.tryLock() else { throw .locked(folder: folder.path) }
    }

    /// Gives the lock back by name: a child process between its fork and its exec still has the file open, and closing
    /// it here alone would leave the folder locked until then.
    deinit { file.unlock() }
}
