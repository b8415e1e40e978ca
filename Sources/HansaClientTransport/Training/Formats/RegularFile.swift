import CPosix
import HansaNumerics

/// Parts of regular files, read straight into their place; pipes and devices, which may never end, are refused.
enum RegularFile {
    /// Its size, or the negative error number.
    static func byteCount(_ path: String) -> Result<UInt64, RegularFileError> {
        var status = hansa_file_status()
        let result = hansa_file_status(path, &status)
        guard result >= 0 else { return .failure(.failed(error: result)) }
        guard Int(status.kind) == HANSA_FILE_REGULAR else { return .failure(.notRegular) }
        return .success(status.byte_count)
    }

    /// Fills a place with the bytes from an offset; false where the file ends before, or cannot be read.
    static func fill(_ place: UnsafeMutableRawBufferPointer, from path: String, offset: UInt64) -> Bool {
        let descriptor = hansa_open_read(path)
        guard descriptor >= 0 else { return false }
        defer { _ = hansa_close(descriptor) }
        var done = 0
        while done < place.count, let base = place.baseAddress {
            let got = hansa_read_at(descriptor, base + done, place.count - done, offset + UInt64(done))
            guard got > 0 else { return false }
            done += Int(got)
        }
        return true
    }

    /// A file's whole content, of at most `byteCountMax` bytes.
    static func read(_ path: String, byteCountMax: Int) throws(RegularFileError) -> [UInt8] {
        let size = try byteCount(path).get()
        guard let count = Int(exactly: size), count <= byteCountMax else { throw .tooLarge(max: byteCountMax) }
        var isWhole = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { place, initialized in
            place.initialize(repeating: 0)
            isWhole = fill(UnsafeMutableRawBufferPointer(place), from: path, offset: 0)
            initialized = place.count
        }
        guard isWhole, bytes.count == count else { throw .changed }
        return bytes
    }

    /// Writes a file that only its owner may read, of two pieces; 0, or the negative error number.
    static func write(_ path: String, _ first: [UInt8], _ second: UnsafeRawBufferPointer) -> Int32 {
        let descriptor = hansa_open_new(path)
        guard descriptor >= 0 else { return descriptor }
        var result = first.withUnsafeBytes { hansa_write_all(descriptor, $0.baseAddress, $0.count) }
        if result >= 0 { result = hansa_write_all(descriptor, second.baseAddress, second.count) }
        let closed = hansa_close(descriptor)
        return min(result, closed)
    }
}

/// Why a file could not be read.
enum RegularFileError: Error, Equatable {
    case failed(error: Int32)
    case notRegular
    case tooLarge(max: Int)
    /// It was cut while it was read.
    case changed

    /// Words for a person.
    var reason: String { text.string }

    private var text: PlainText {
        switch self {
        case .failed(let error): hansa_error_text(error).map { "\(String(cString: $0))" } ?? "error \(error)"
        case .notRegular: "it is a folder, a pipe or a device, expected a file"
        case .tooLarge(let max): "it has more than \(max) bytes"
        case .changed: "it was cut while it was read"
        }
    }
}
