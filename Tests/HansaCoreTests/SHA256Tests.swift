import HansaCore
import Testing

/// The digest both ends compare plans, payloads and models by.
@Suite struct SHA256Tests {
    /// The examples of FIPS 180-4's companion document and of NIST's test vectors.
    static let published: [(message: [UInt8], digest: String)] = [
        ([], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (Array("abc".utf8), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            Array(repeating: 0x61, count: 1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ]

    @Test(arguments: published.indices)
    func publishedVectorsAreMet(index: Int) {
        #expect(SHA256Digest(hashing: Self.published[index].message).hexadecimal == Self.published[index].digest)
    }

    @Test(arguments: [0, 1, 55, 56, 63, 64, 65, 127, 128, 1000])
    func aStreamInPiecesHasTheDigestOfTheWhole(count: Int) {
        let message = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
        for piece in [1, 3, 64] {
            var hasher = SHA256Hasher()
            for start in stride(from: 0, to: count, by: piece) {
                hasher.update(Array(message[start..<min(count, start + piece)]))
            }
            #expect(hasher.finalize() == SHA256Digest(hashing: message))
        }
    }

    @Test func floatsAreHashedAsLittleEndianBits() {
        var hasher = SHA256Hasher()
        hasher.update([Float(1), -2])
        #expect(hasher.finalize() == SHA256Digest(hashing: [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]))
    }

    @Test func hexadecimalReadsBackWhatItWrites() throws {
        let digest = SHA256Digest(hashing: [1, 2, 3])
        #expect(SHA256Digest(hexadecimal: digest.hexadecimal) == digest)
        #expect(digest.hexadecimal == Hexadecimal.text(digest.bytes))
    }

    @Test(arguments: [
        "", String(repeating: "0", count: 62), String(repeating: "0", count: 63), String(repeating: "0", count: 65),
        String(repeating: "0", count: 66), String(repeating: "A", count: 64), String(repeating: "g", count: 64),
        String(repeating: "0", count: 62) + "ä", " " + String(repeating: "0", count: 63),
    ])
    func otherTextsAreNoDigest(text: String) {
        #expect(SHA256Digest(hexadecimal: text) == nil)
    }

    @Test(arguments: [0, 31, 33]) func otherCountsOfBytesAreNoDigest(count: Int) {
        #expect(SHA256Digest(bytes: [UInt8](repeating: 0, count: count)) == nil)
    }
}
