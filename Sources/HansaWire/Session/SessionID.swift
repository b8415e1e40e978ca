import HansaCore

/// The number that binds frames to one connection: both sides' nonces make it, so a frame captured elsewhere never fits.
public enum SessionID {
    private static let label: [UInt8] = Array("hansa session 1".utf8)

    /// The first 8 bytes, little-endian, of SHA-256 of the label, the client's nonce and the coordinator's nonce.
    public static func make(clientNonce: [UInt8], serverNonce: [UInt8]) -> UInt64 {
        let digest = SHA256Digest(hashing: label + clientNonce + serverNonce).bytes
        return digest.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
