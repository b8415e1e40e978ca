/// The files in a tar archive in memory, plain or gzip.
///
/// Headers are POSIX ustar blocks of 512 bytes; directories and extended headers are passed over, links are refused.
struct TarArchive {
    private let file: String
    private let bytes: [UInt8]
    private var members: [String: Range<Int>] = [:]

    private static let blockByteCount = 512

    /// The names of the files, in alphabetical order.
    var names: [String] { members.keys.sorted() }

    /// Opens bytes; `file` names them in errors.
    init(bytes packed: [UInt8], file: String, byteCountMax: Int = 1 << 30) throws(DataError) {
        self.file = file
        bytes = try FileBytes.unpacked(packed, file: file, byteCountMax: byteCountMax)
        var offset = 0
        // Two blocks of zeros end an archive; one is enough to know.
        while offset + Self.blockByteCount <= bytes.count, bytes[offset] != 0 {
            offset = try readMember(at: offset)
        }
        guard offset + Self.blockByteCount <= bytes.count else {
            throw .truncated(file: file, got: bytes.count, expected: offset + Self.blockByteCount)
        }
    }

    /// One file's bytes.
    func content(of name: String) throws(DataError) -> ArraySlice<UInt8> {
        guard let range = members[name] else { throw .unknownName(file: file, got: name, known: names) }
        return bytes[range]
    }

    /// Notes one member and returns where the next begins.
    private mutating func readMember(at offset: Int) throws(DataError) -> Int {
        let header = bytes[offset..<offset + Self.blockByteCount]
        guard let sum = number(header, at: 148, count: 8), sum == checksum(header) else {
            throw .damaged(file: file, got: "a member with a wrong checksum", expected: "a whole tar archive")
        }
        guard let size = number(header, at: 124, count: 12) else {
            throw .damaged(file: file, got: "a member without a size", expected: "a whole tar archive")
        }
        let start = offset + Self.blockByteCount
        guard size <= bytes.count - start else {
            throw .truncated(file: file, got: bytes.count - start, expected: size)
        }
        switch header[offset + 156] {
        case 0x00, 0x30:
            let text = header[offset..<offset + 100].prefix { $0 != 0 }
            guard let name = String(validating: text, as: UTF8.self), members[name] == nil else {
                throw .damaged(file: file, got: "two members of one name, or one without", expected: "a name each")
            }
            members[name] = start..<start + size
        case 0x35, 0x67, 0x78, 0x4C: break
        default: throw .unsupported(file: file, got: "a link or device in the archive", expected: "files alone")
        }
        let padding = (Self.blockByteCount - size % Self.blockByteCount) % Self.blockByteCount
        return start + size + padding
    }

    /// The sum of a header's bytes, those of the checksum itself counted as spaces.
    private func checksum(_ header: ArraySlice<UInt8>) -> Int {
        let field = (header.startIndex + 148)..<(header.startIndex + 156)
        return header.indices.reduce(0) { $0 + (field.contains($1) ? 0x20 : Int(header[$1])) }
    }

    /// An octal number, with spaces before and a space or zero behind.
    private func number(_ header: ArraySlice<UInt8>, at place: Int, count: Int) -> Int? {
        let start = header.startIndex + place
        let digits = header[start..<start + count].drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0 }
        guard !digits.isEmpty, digits.count <= 12 else { return nil }
        var value = 0
        for digit in digits {
            guard (0x30...0x37).contains(digit) else { return nil }
            value = value * 8 + Int(digit - 0x30)
        }
        return value
    }
}
