internal import COpenSSL

/// SHA-256 over a stream of bytes, by libcrypto.
public struct SHA256Hasher: ~Copyable {
    private let context: OpaquePointer

    public init() {
        // Both calls fail only when memory runs out, which this process does not survive either way.
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            fatalError("libcrypto has no memory for a SHA-256 context")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Takes in the bytes.
    public mutating func update(_ bytes: [UInt8]) {
        let status = bytes.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        precondition(status == 1, "libcrypto refused bytes for SHA-256")
    }

    /// Takes in the values as little-endian float32.
    public mutating func update(_ values: [Float]) {
        // Every platform Hansa builds for is little-endian; the check keeps a port from hashing other bytes in silence.
        precondition(Float(1).bitPattern.littleEndian == Float(1).bitPattern, "big-endian hosts are not supported")
        let status = values.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        precondition(status == 1, "libcrypto refused bytes for SHA-256")
    }

    /// Takes in bytes where they lie.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        let status = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
        precondition(status == 1, "libcrypto refused bytes for SHA-256")
    }

    /// Ends the stream.
    public consuming func finalize() -> SHA256Digest {
        var bytes = [UInt8](repeating: 0, count: SHA256Digest.byteCount)
        let status = bytes.withUnsafeMutableBufferPointer { EVP_DigestFinal_ex(context, $0.baseAddress, nil) }
        precondition(status == 1, "libcrypto did not finish SHA-256")
        return SHA256Digest(unchecked: bytes)
    }
}
