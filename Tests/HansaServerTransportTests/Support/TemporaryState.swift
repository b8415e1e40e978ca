import Foundation

/// A state folder's path for one test; the folder goes with the object.
final class TemporaryState: Sendable {
    let path: String

    init() {
        let root = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
        path = root + "/hansa-server-" + UUID().uuidString
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
