import Glibc
import Testing

@testable import HansaPrivacy

@Suite("The stream of random words") struct NoiseStreamTests {
    /// The first 16 bytes of a block, as two words.
    private static func words(_ hex: String) -> [UInt64] {
        let bytes = hex.split(separator: " ").compactMap { UInt8($0, radix: 16) }
        return stride(from: 0, to: 16, by: 8).map { start in
            bytes[start..<(start + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    @Test(
        "is the keystream of RFC 8439, appendix A.1",
        arguments: [
            (0, [:], "76 b8 e0 ad a0 f1 3d 90 40 5d 6a e5 53 86 bd 28"),
            (1, [:], "9f 07 e7 be 55 51 38 7a 98 ba 97 7c 73 2d 08 0d"),
            (1, [31: 1], "3a eb 52 24 ec f8 49 92 9b 9d 82 8d b1 ce d4 dd"),
            (2, [1: 0xff], "72 d5 4d fb f1 2e c4 4b 36 26 92 df 94 13 7f 32"),
        ] as [(Int, [Int: UInt8], String)]
    )
    func keystream(block: Int, keyBytes: [Int: UInt8], expected: String) throws {
        var key = [UInt8](repeating: 0, count: 32)
        for (index, byte) in keyBytes { key[index] = byte }
        var stream = try NoiseStream(key: key)
        for _ in 0..<(8 * block) { _ = try stream.next64() }
        let found = [try stream.next64(), try stream.next64()]
        #expect(found == Self.words(expected))
    }

    @Test("goes on over its pieces as one keystream")
    func pieces() throws {
        let key = [UInt8](repeating: 9, count: 32)
        var stream = try NoiseStream(key: key)
        // From the middle of the first piece to the middle of the third.
        for _ in 0..<2048 { _ = try stream.next64() }
        var middle = try NoiseStream(key: key, firstBlock: 256)
        var differing = 0
        for _ in 0..<8192 {
            let (expected, found) = (try middle.next64(), try stream.next64())
            if expected != found { differing += 1 }
        }
        #expect(differing == 0)
    }

    @Test("ends before the cipher's counter repeats")
    func end() throws {
        var stream = try NoiseStream(key: [UInt8](repeating: 1, count: 32), firstBlock: .max - 511)
        for _ in 0..<4096 { _ = try stream.next64() }
        #expect(throws: PrivacyError.noRandomness) { try stream.next64() }
        #expect(throws: PrivacyError.noRandomness) { try stream.next64() }
        let sampler = try NoiseSampler(.discreteLaplace(scale: Ratio(1)))
        #expect(throws: PrivacyError.noRandomness) { try draws(sampler, 1, from: &stream) }
    }

    @Test("two keys share no word, and a stream repeats none")
    func distinct() throws {
        var seen: Set<UInt64> = []
        for changed in 0..<32 {
            var key = [UInt8](repeating: 0, count: 32)
            key[changed] = 1
            var stream = try NoiseStream(key: key)
            for _ in 0..<5_000 { seen.insert(try stream.next64()) }
        }
        #expect(seen.count == 32 * 5_000)
    }

    @Test("the operating system's keys differ")
    func systemKeys() throws {
        var keys: Set<[UInt8]> = []
        for _ in 0..<100 { keys.insert(try NoiseStream.systemKey()) }
        #expect(keys.count == 100)
        #expect(keys.allSatisfy { $0.count == NoiseStream.keyByteCount })
    }

    /// In a process of its own, because a forked child holds on to every file and lock of its parent.
    @Test("a forked process draws other keys than its parent")
    func forks() async {
        await #expect(processExitsWith: .success) {
            // Not offered to Swift, because little may be called in the child: here, one draw and one write.
            typealias Fork = @convention(c) () -> pid_t
            let fork = unsafeBitCast(try #require(dlsym(nil, "fork")), to: Fork.self)
            _ = try NoiseStream.systemKey()
            var ends: [Int32] = [0, 0]
            try #require(pipe(&ends) == 0)
            let child = fork()
            if child == 0 {
                alarm(20)
                let key = try? NoiseStream.systemKey()
                _exit(key.map { write(ends[1], $0, $0.count) } == 32 ? 0 : 1)
            }
            close(ends[1])
            let own = try NoiseStream.systemKey()
            var status: Int32 = 0
            try #require(child > 0 && waitpid(child, &status, 0) == child && status == 0)
            var theirs = [UInt8](repeating: 0, count: 32)
            try #require(read(ends[0], &theirs, 32) == 32)
            try #require(theirs != own)
        }
    }

    @Test("refuses keys of another length", arguments: [0, 16, 31, 33])
    func keyLength(count: Int) {
        #expect(throws: PrivacyError.invalidParameter) { _ = try NoiseStream(key: [UInt8](repeating: 0, count: count)) }
    }
}
