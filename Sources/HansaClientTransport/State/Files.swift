import CPosix
import HansaNumerics

/// Whole files, read and replaced.
enum Files {
    /// What a file holds, or its first bytes; refuses one that is larger than the limit.
    static func read(
        _ path: String,
        byteCountMax: UInt64,
        atMost firstByteCount: UInt64 = .max
    ) throws(SystemError) -> [UInt8] {
        var status = hansa_file_status()
        try check(hansa_file_status(path, &status))
        guard status.byte_count <= byteCountMax, let size = Int(exactly: min(status.byte_count, firstByteCount))
        else {
            throw SystemError.tooLarge
        }
        let descriptor = try check(hansa_open_read(path))
        defer { hansa_close(descriptor) }
        var failure: Int64 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size, let base = buffer.baseAddress {
                let got = hansa_read(descriptor, base + count, size - count)
                guard got > 0 else {
                    failure = min(got, 0)
                    return
                }
                count += Int(got)
            }
        }
        guard failure == 0 else { throw SystemError(Int32(truncatingIfNeeded: failure)) }
        return bytes
    }

    /// Puts a file in place durably: written beside it, synced, renamed, and the folder synced.
    ///
    /// - Parameter parts: written one after the other.
    static func replace(_ name: String, in folder: String, with parts: [[UInt8]]) throws(SystemError) {
        let path = folder + "/" + name
        let draft = path + ".tmp"
        let descriptor = try check(hansa_open_new(draft))
        do throws(SystemError) {
            defer { hansa_close(descriptor) }
            for part in parts { try writeAll(part, to: descriptor) }
            try check(hansa_sync(descriptor))
        } catch {
            hansa_remove(draft)
            throw error
        }
        try check(hansa_rename(draft, path))
        try check(hansa_sync_folder(folder))
    }

    static func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(SystemError) {
        let status = bytes.withUnsafeBytes { hansa_write_all(descriptor, $0.baseAddress, $0.count) }
        try check(status)
    }

    /// A folder's names in ascending order, at most so many; nil where it cannot be opened.
    static func names(in folder: String, countMax: Int) -> [String]? {
        guard let handle = hansa_folder_open(folder) else { return nil }
        defer { hansa_folder_close(handle) }
        var names: [String] = []
        while names.count < countMax, let name = hansa_folder_next(handle) { names.append(String(cString: name)) }
        names.heapSort { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        return names
    }

    @discardableResult
    static func check(_ status: Int32) throws(SystemError) -> Int32 {
        guard status >= 0 else { throw SystemError(status) }
        return status
    }
}
