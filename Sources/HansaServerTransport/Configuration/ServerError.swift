/// Why a coordinator's server cannot start.
public enum ServerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A file cannot be read.
    case unreadable(path: String, reason: String)
    /// The private key can be read by others than its owner; `mode` is what the file has.
    case keyReadableByOthers(path: String, mode: UInt32)
    /// A file does not hold what it must.
    case malformed(path: String, expected: String)
    /// The private key is not the one of the certificate.
    case keyDoesNotFit(key: String, certificate: String)
    /// The certificate, its key and the clients' authority do not make a TLS server.
    case unusableIdentity(reason: String)
    /// A roster that is empty, too long, or has a name twice.
    case invalidRoster(reason: String)
    /// A limit that makes no sense.
    case invalidLimit(name: String, got: UInt64, expected: String)
    /// The address cannot be listened on; with the reason and the fix.
    case notListening(address: String, reason: String)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "cannot read \(path): \(reason); expected a file in PEM that this user can read"
        case .keyReadableByOthers(let path, let mode):
            "the private key \(path) can be read by others (mode \(String(mode, radix: 8))); run: chmod 600 \(path)"
        case .malformed(let path, let expected): "\(path) does not hold \(expected)"
        case .keyDoesNotFit(let key, let certificate):
            "the private key \(key) does not belong to the certificate \(certificate); expected the key that the file's "
                + "first certificate was made for, the coordinator's own"
        case .unusableIdentity(let reason): "the coordinator's certificate and key cannot be used: \(reason)"
        case .invalidRoster(let reason): "the roster cannot be used: \(reason)"
        case .invalidLimit(let name, let got, let expected):
            "limits.\(name): got \(got), expected \(expected); correct it, or leave it out"
        case .notListening(let address, let reason): "cannot listen on \(address): \(reason)"
        }
    }
}
