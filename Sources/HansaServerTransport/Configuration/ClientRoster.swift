import HansaCore
import NIOSSL

/// The clients' names in the order of their numbers: who a certificate stands for.
struct ClientRoster: Sendable {
    /// The longest name of the Domain Name System, in bytes.
    private static let nameByteCountMax = 253

    private let numbers: [String: ClientID]

    /// Takes the names; refuses none, an empty or overlong one, and one that comes twice.
    init(_ names: [String]) throws(ServerError) {
        guard !names.isEmpty else { throw .invalidRoster(reason: "it names no client; list one name a client") }
        var numbers: [String: ClientID] = [:]
        numbers.reserveCapacity(names.count)
        for (index, name) in names.enumerated() {
            guard let number = UInt32(exactly: index) else { throw .invalidRoster(reason: "it is too long") }
            guard !name.isEmpty, name.utf8.count <= Self.nameByteCountMax else {
                throw .invalidRoster(reason: "name \(index + 1) has \(name.utf8.count) bytes, expected 1 to 253")
            }
            guard numbers.updateValue(ClientID(number), forKey: name) == nil else {
                throw .invalidRoster(reason: "\(name) stands in it twice; each client has its own name")
            }
        }
        self.numbers = numbers
    }

    var count: Int { numbers.count }

    /// The client that a verified certificate stands for; nil for one without exactly one DNS name, or with a name that
    /// is not in the roster.
    func client(of certificate: NIOSSLCertificate) -> ClientID? {
        // The list frees itself only when it is iterated; certificates with thousands of names are bounded by TLS.
        let names = certificate._subjectAlternativeNames().filter { $0.nameType == .dnsName }
        guard names.count == 1, let name = names.first else { return nil }
        let bytes = name.contents.withUnsafeBufferPointer { Array($0) }
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        return numbers[text]
    }
}
