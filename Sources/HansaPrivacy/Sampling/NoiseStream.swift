import COpenSSL

/// A stream of random words from one key: the only source that noise is drawn from.
///
/// The words are the keystream of ChaCha20 (RFC 8439, counter and nonce zero) in the order of the cipher's bytes, least
/// significant byte first, made in pieces of 32 KiB. A key is used once: it is made for one payload of one attempt of
/// one client, see `NoiseKey` of HansaCore; a stream cannot be copied, so no word is given out twice. The buffer is
/// overwritten when the stream ends.
public struct NoiseStream: ~Copyable {
    public static let keyByteCount = 32

    /// The words made at a time.
    static let pieceWordCount = 4096
    private static let blockByteCount: UInt64 = 64
    /// The cipher's counter has 32 bits: a key gives 256 GiB.
    private static let byteCountMax = (UInt64(1) << 32) * blockByteCount

    private let cipher: OpaquePointer
    private let words: UnsafeMutablePointer<UInt64>
    /// The words of the piece that are used up; a new stream has none ready.
    private var position = pieceWordCount
    /// The cipher's bytes that are not made yet.
    private var byteCountLeft: UInt64

    /// Starts the stream of a key; refuses a key of another length than ``keyByteCount``.
    public init(key: [UInt8]) throws(PrivacyError) {
        try self.init(key: key, firstBlock: 0)
    }

    /// Starts at another block than the first, which only tests of the cipher's end do.
    init(key: [UInt8], firstBlock: UInt32) throws(PrivacyError) {
        guard key.count == Self.keyByteCount else { throw .invalidParameter }
        guard let cipher = EVP_CIPHER_CTX_new() else { throw .noRandomness }
        let counter = (0..<16).map { index in index < 4 ? UInt8(truncatingIfNeeded: firstBlock >> (8 * index)) : 0 }
        guard EVP_EncryptInit_ex(cipher, EVP_chacha20(), nil, key, counter) == 1 else {
            EVP_CIPHER_CTX_free(cipher)
            throw .noRandomness
        }
        self.cipher = cipher
        words = UnsafeMutablePointer<UInt64>.allocate(capacity: Self.pieceWordCount)
        words.initialize(repeating: 0, count: Self.pieceWordCount)
        byteCountLeft = Self.byteCountMax - UInt64(firstBlock) * Self.blockByteCount
    }

    deinit {
        OPENSSL_cleanse(words, Self.pieceWordCount * MemoryLayout<UInt64>.stride)
        words.deallocate()
        EVP_CIPHER_CTX_free(cipher)
    }

    /// A new key of 32 bytes from the operating system, by way of the cryptographic library's private generator.
    public static func systemKey() throws(PrivacyError) -> [UInt8] {
        var key = [UInt8](repeating: 0, count: keyByteCount)
        guard RAND_priv_bytes(&key, Int32(keyByteCount)) == 1 else { throw .noRandomness }
        return key
    }

    /// The next word; refuses to go past the cipher's counter.
    public mutating func next64() throws(PrivacyError) -> UInt64 {
        if position == Self.pieceWordCount { try makePiece() }
        defer { position += 1 }
        return UInt64(littleEndian: words[position])
    }

    /// The words of the piece that are not used, at least one; they stay unused until ``use(_:)``.
    mutating func ready() throws(PrivacyError) -> UnsafeBufferPointer<UInt64> {
        if position == Self.pieceWordCount { try makePiece() }
        return UnsafeBufferPointer(start: words + position, count: Self.pieceWordCount - position)
    }

    /// Uses up the next words, which ``ready()`` has shown.
    mutating func use(_ count: Int) {
        precondition(count <= Self.pieceWordCount - position, "only words that are ready are used")
        position += count
    }

    private mutating func makePiece() throws(PrivacyError) {
        let byteCount = Self.pieceWordCount * MemoryLayout<UInt64>.stride
        guard byteCountLeft >= UInt64(byteCount) else { throw .noRandomness }
        // The keystream is what zeros become.
        words.update(repeating: 0, count: Self.pieceWordCount)
        let bytes = UnsafeMutableRawPointer(words).assumingMemoryBound(to: UInt8.self)
        var written: Int32 = 0
        guard EVP_EncryptUpdate(cipher, bytes, &written, bytes, Int32(byteCount)) == 1, written == Int32(byteCount)
        else { throw .noRandomness }
        byteCountLeft -= UInt64(byteCount)
        position = 0
    }
}
