import CZlib

/// The npy arrays of an npz file: a zip archive whose members are stored or deflated.
///
/// Members are named by the central directory and unpacked in memory only, so that no name reaches the file system.
/// Every member's size and CRC-32 is checked. Encryption, zip64 and split archives are refused.
/// - seealso: PKWARE, "APPNOTE.TXT - .ZIP File Format Specification", 4.3.
public struct NPZArchive: Sendable {
    private struct Member: Sendable {
        let isDeflated: Bool
        let checksum: UInt32
        let packedCount: Int
        let unpackedCount: Int
        let headerOffset: Int
    }

    private let file: String
    private let bytes: [UInt8]
    private let byteCountMax: Int
    private var members: [String: Member] = [:]

    /// The names of the arrays, without `.npy`, in alphabetical order.
    public var names: [String] { members.keys.sorted() }

    /// Opens a file; a member may unpack to `byteCountMax` bytes.
    public init(path: String, byteCountMax: Int = 1 << 32) throws(DataError) {
        try self.init(bytes: FileBytes.read(path), file: path, byteCountMax: byteCountMax)
    }

    /// Opens bytes; `file` names them in errors.
    public init(bytes: [UInt8], file: String, byteCountMax: Int = 1 << 32) throws(DataError) {
        self.file = file
        self.bytes = bytes
        self.byteCountMax = byteCountMax
        try readDirectory()
    }

    /// Unpacks and decodes one array.
    public func array(named name: String) throws(DataError) -> NPYFile {
        guard let member = members[name] else { throw .unknownName(file: file, got: name, known: names) }
        return try NPYFile(bytes: content(of: member, name: name), file: "\(file)(\(name).npy)")
    }

    private func malformed(_ got: String) -> DataError {
        .damaged(file: file, got: got, expected: "a whole zip archive of npy files")
    }

    /// The end record lies at the end, behind it only a comment of at most 65,535 bytes.
    private func endRecordOffset() throws(DataError) -> Int {
        let last = bytes.count - 22
        guard last >= 0 else { throw .truncated(file: file, got: bytes.count, expected: 22) }
        for offset in stride(from: last, through: max(0, last - 0xFFFF), by: -1)
        where bytes[offset] == 0x50 && bytes.littleEndian(UInt32.self, at: offset) == 0x0605_4B50
            && offset + 22 + Int(bytes.littleEndian(UInt16.self, at: offset + 20)) == bytes.count
        {
            return offset
        }
        throw malformed("no end record")
    }

    private mutating func readDirectory() throws(DataError) {
        let end = try endRecordOffset()
        let diskNumbers = bytes.littleEndian(UInt32.self, at: end + 4)
        let count = Int(bytes.littleEndian(UInt16.self, at: end + 10))
        let size = Int(bytes.littleEndian(UInt32.self, at: end + 12))
        let start = Int(bytes.littleEndian(UInt32.self, at: end + 16))
        guard count != 0xFFFF, start != 0xFFFF_FFFF, size != 0xFFFF_FFFF else {
            throw .unsupported(file: file, got: "a zip64 archive", expected: "a zip archive below 4 GiB")
        }
        guard diskNumbers == 0, start + size <= end else { throw malformed("a directory outside the file") }
        var offset = start
        for _ in 0..<count { offset = try readEntry(at: offset, end: start + size) }
        guard offset == start + size else { throw malformed("a directory of another size than its end record says") }
    }

    /// Reads one entry of the directory and returns where the next begins.
    private mutating func readEntry(at offset: Int, end: Int) throws(DataError) -> Int {
        guard offset + 46 <= end, bytes.littleEndian(UInt32.self, at: offset) == 0x0201_4B50 else {
            throw malformed("a broken directory entry")
        }
        let flags = bytes.littleEndian(UInt16.self, at: offset + 8)
        let method = bytes.littleEndian(UInt16.self, at: offset + 10)
        let sizes = [20, 24, 42].map { Int(bytes.littleEndian(UInt32.self, at: offset + $0)) }
        let nameCount = Int(bytes.littleEndian(UInt16.self, at: offset + 28))
        let next =
            offset + 46 + nameCount + Int(bytes.littleEndian(UInt16.self, at: offset + 30))
            + Int(bytes.littleEndian(UInt16.self, at: offset + 32))
        guard next <= end else { throw malformed("a broken directory entry") }
        guard !sizes.contains(0xFFFF_FFFF) else {
            throw .unsupported(file: file, got: "a zip64 member", expected: "members below 4 GiB")
        }
        guard flags & 1 == 0 else {
            throw .unsupported(file: file, got: "an encrypted member", expected: "members without a password")
        }
        guard method == 0 || method == 8 else {
            throw .unsupported(file: file, got: "compression method \(method)", expected: "0 (stored) or 8 (deflate)")
        }
        let rawName = bytes[(offset + 46)..<(offset + 46 + nameCount)]
        guard let path = String(validating: rawName, as: UTF8.self), path.hasSuffix(".npy"), path.count > 4,
            !path.contains("/"), !path.contains("\\")
        else {
            throw .unsupported(
                file: file,
                got: "a member that is no npy file at the top",
                expected: "members named NAME.npy"
            )
        }
        let name = String(path.dropLast(4))
        guard members[name] == nil else { throw malformed("two members of one name") }
        members[name] = Member(
            isDeflated: method == 8,
            checksum: bytes.littleEndian(UInt32.self, at: offset + 16),
            packedCount: sizes[0],
            unpackedCount: sizes[1],
            headerOffset: sizes[2]
        )
        return next
    }

    /// Sizes come from the directory: writers that stream leave them out of the member's own header.
    private func content(of member: Member, name: String) throws(DataError) -> [UInt8] {
        let header = member.headerOffset
        guard header + 30 <= bytes.count, bytes.littleEndian(UInt32.self, at: header) == 0x0403_4B50 else {
            throw malformed("no header for member \(name)")
        }
        let start =
            header + 30 + Int(bytes.littleEndian(UInt16.self, at: header + 26))
            + Int(bytes.littleEndian(UInt16.self, at: header + 28))
        guard start + member.packedCount <= bytes.count else {
            throw .truncated(file: file, got: bytes.count, expected: start + member.packedCount)
        }
        guard member.unpackedCount <= byteCountMax else { throw .tooLarge(file: file, limit: byteCountMax) }
        let packed = bytes[start..<start + member.packedCount]
        let content: [UInt8]
        if member.isDeflated {
            var stream = try InflateStream(packed, format: .raw, file: file)
            do throws(DataError) {
                content = try stream.readToEnd(byteCountMax: member.unpackedCount)
            } catch .tooLarge {
                throw malformed("a member \(name) longer than the directory says")
            }
        } else {
            content = Array(packed)
        }
        guard content.count == member.unpackedCount else {
            throw malformed("a member \(name) of another size than the directory says")
        }
        // Bounds: zlib reads as many bytes as the array has.
        let checksum = content.withUnsafeBytes { source in
            UInt32(
                truncatingIfNeeded: crc32_z(0, source.baseAddress?.assumingMemoryBound(to: UInt8.self), source.count)
            )
        }
        guard checksum == member.checksum else { throw malformed("a wrong CRC-32 for member \(name)") }
        return content
    }
}
