import HansaCoordinator
import HansaCore
import HansaStore
import Testing

/// Payloads on their way, in memory and in files, over processes.
@Suite("A spool")
struct FileSpoolTests {
    static let large = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    static let small: [UInt8] = [1, 2, 3, 4, 5]

    static func id(_ round: UInt32 = 1, client: UInt32 = 0) -> AssignmentID {
        AssignmentID(round: round, attempt: 0, client: ClientID(client), fence: 0)
    }

    static func digest(_ bytes: [UInt8]) -> SHA256Digest { SHA256Digest(hashing: bytes) }

    /// Begins a payload and appends its first bytes.
    static func start(_ spool: any UploadSpool, _ payload: [UInt8], count: Int, id: AssignmentID = id()) throws {
        let digest = digest(payload)
        _ = try spool.begin(id, digest: digest, byteCount: UInt64(payload.count))
        var offset = 0
        while offset < count {
            let end = min(offset + 65_536, count)
            #expect(try spool.append(id, digest: digest, offset: UInt64(offset), bytes: Array(payload[offset..<end])))
            offset = end
        }
    }

    @Test("gives whole payloads back once", arguments: [large, small], [true, false])
    func roundTrip(payload: [UInt8], isInMemory: Bool) throws {
        let folder = TemporaryFolder()
        let spool: any UploadSpool = isInMemory ? InMemorySpool() : try FileSpool(stateFolder: folder.path)
        try Self.start(spool, payload, count: payload.count - 1)
        #expect(try spool.take(Self.id(), digest: Self.digest(payload)) == nil)
        // The same bytes again, from a second connection, and the rest.
        let last = UInt64(payload.count - 3)
        #expect(try spool.append(Self.id(), digest: Self.digest(payload), offset: last, bytes: payload.suffix(3)))
        let taken = try spool.take(Self.id(), digest: Self.digest(payload))
        #expect(taken?.bytes == payload)
        #expect(taken?.isLeftOver == false)
        #expect(try spool.take(Self.id(), digest: Self.digest(payload)) == nil)
    }

    @Test("refuses bytes that leave a gap, go too far or belong to nothing", arguments: [true, false])
    func badPieces(isInMemory: Bool) throws {
        let folder = TemporaryFolder()
        let spool: any UploadSpool = isInMemory ? InMemorySpool() : try FileSpool(stateFolder: folder.path)
        let digest = Self.digest(Self.large)
        #expect(try !spool.append(Self.id(), digest: digest, offset: 0, bytes: [1]))
        try Self.start(spool, Self.large, count: 10)
        for (offset, count) in [(11, 1), (10, 199_991), (Int.max, 1)] as [(Int, Int)] {
            let bytes = [UInt8](repeating: 0, count: count)
            #expect(try !spool.append(Self.id(), digest: digest, offset: UInt64(offset), bytes: bytes))
        }
        #expect(try !spool.append(Self.id(), digest: digest, offset: .max, bytes: [1]))
        #expect(try !spool.append(Self.id(), digest: Self.digest([9]), offset: 10, bytes: [1]))
        #expect(try spool.begin(Self.id(), digest: digest, byteCount: 200_000) == 10)
    }

    @Test("goes on in another process where the file ends")
    func resumes() throws {
        let folder = TemporaryFolder()
        try Self.start(FileSpool(stateFolder: folder.path), Self.large, count: 123_456)
        let spool = try FileSpool(stateFolder: folder.path)
        let digest = Self.digest(Self.large)
        #expect(try spool.begin(Self.id(), digest: digest, byteCount: 200_000) == 123_456)
        #expect(try spool.append(Self.id(), digest: digest, offset: 123_456, bytes: Array(Self.large[123_456...])))
        let taken = try #require(try spool.take(Self.id(), digest: digest))
        #expect(taken.bytes == Self.large)
        #expect(taken.isLeftOver)
        #expect(try folder.contents().keys.filter { $0.hasSuffix(".part") }.isEmpty)
    }

    @Test("hands on damage that the digest finds, marked as left over")
    func damage() throws {
        let folder = TemporaryFolder()
        try Self.start(FileSpool(stateFolder: folder.path), Self.large, count: 100_000)
        let name = try folder.onlyFile(in: "spool")
        // What a power failure leaves of pages that were not written.
        try folder.write([UInt8](repeating: 0, count: 100_000), to: name)
        let spool = try FileSpool(stateFolder: folder.path)
        let digest = Self.digest(Self.large)
        #expect(try spool.begin(Self.id(), digest: digest, byteCount: 200_000) == 100_000)
        #expect(try spool.append(Self.id(), digest: digest, offset: 100_000, bytes: Array(Self.large[100_000...])))
        let taken = try #require(try spool.take(Self.id(), digest: digest))
        #expect(taken.isLeftOver && Self.digest(taken.bytes) != digest)
        // And then the client sends everything anew.
        #expect(try spool.begin(Self.id(), digest: digest, byteCount: 200_000) == 0)
    }

    @Test("drops another digest's bytes, a file longer than its payload, and ended rounds")
    func sweeps() throws {
        let folder = TemporaryFolder()
        let first = try FileSpool(stateFolder: folder.path)
        try Self.start(first, Self.large, count: 100)
        try Self.start(first, Self.large.reversed(), count: 100)
        #expect(try folder.onlyFile(in: "spool").contains(Self.digest(Self.large.reversed()).hexadecimal))
        try Self.start(first, Self.large, count: 100, id: Self.id(2, client: 1))
        try first.sweep(round: 2, attempt: 0)
        #expect(try folder.onlyFile(in: "spool").hasPrefix("spool/2-0-1-0-"))
        let second = try FileSpool(stateFolder: folder.path)
        try second.sweep(round: nil, attempt: 0)
        #expect(try folder.contents().keys.filter { $0.hasSuffix(".part") }.isEmpty)
        try Self.start(second, Self.large, count: 300)
        let longer = try FileSpool(stateFolder: folder.path)
        #expect(try longer.begin(Self.id(), digest: Self.digest(Self.large), byteCount: 299) == 0)
    }

    @Test("has no room beyond its limit, and has it again afterwards")
    func room() throws {
        let folder = TemporaryFolder()
        let spool = try FileSpool(stateFolder: folder.path, byteCountMax: 250_000)
        let digest = Self.digest(Self.large)
        #expect(try spool.begin(Self.id(), digest: digest, byteCount: 200_000) == 0)
        #expect(try spool.begin(Self.id(client: 1), digest: digest, byteCount: 200_000) == nil)
        #expect(try spool.begin(Self.id(client: 2), digest: digest, byteCount: .max) == nil)
        try spool.discard(Self.id(), digest: digest)
        #expect(try spool.begin(Self.id(client: 1), digest: digest, byteCount: 200_000) == 0)
    }
}
