public import HansaCore

/// A published data file with the digest and size it must have.
public struct PinnedFile: Equatable, Sendable {
    /// The file's name in its data set's folder.
    public let name: String
    public let byteCount: Int
    public let digest: SHA256Digest
    /// The addresses it is published at, in the order they are tried.
    public let addresses: [String]

    public init(name: String, byteCount: Int, digest: SHA256Digest, addresses: [String]) {
        self.name = name
        self.byteCount = byteCount
        self.digest = digest
        self.addresses = addresses
    }

    /// Reads the file from a folder and refuses other bytes than the pinned ones.
    func read(from folder: String) throws(DataError) -> [UInt8] {
        let path = folder + "/" + name
        let bytes = try FileBytes.read(path)
        try check(bytes, path: path)
        return bytes
    }

    func check(_ bytes: [UInt8], path: String) throws(DataError) {
        let got = SHA256Digest(hashing: bytes)
        guard got == digest else {
            throw .wrongDigest(file: path, got: got.hexadecimal, expected: digest.hexadecimal)
        }
    }
}
