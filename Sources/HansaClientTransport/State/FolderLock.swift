import CPosix

/// The lock of a state folder, held until the value ends; the system lets go of it with the process.
struct FolderLock: ~Copyable {
    private let descriptor: Int32

    init(_ folder: String) throws(StateError) {
        descriptor = try Self.take(folder)
    }

    deinit { hansa_close_lock(descriptor) }

    private static func take(_ folder: String) throws(StateError) -> Int32 {
        let path = folder + "/lock"
        let descriptor = hansa_open_append(path)
        guard descriptor >= 0 else { throw StateError("created", path, SystemError(descriptor)) }
        let status = hansa_lock(descriptor)
        guard status >= 0 else {
            hansa_close(descriptor)
            let error = SystemError(status)
            throw error == .wouldBlock ? .inUse(path: folder) : StateError("locked", path, error)
        }
        return descriptor
    }
}
