/// Where a coordinator listens: a numeric address or a host's name, and a port; port 0 takes any free one.
public struct ListenAddress: Hashable, Sendable {
    public var host: String
    public var port: UInt16

    /// Reads `HOST:PORT`; an IPv6 address stands in brackets.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        let isName = host.utf8.allSatisfy { byte in
            UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
                || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte || ".:-_%".utf8.contains(byte)
        }
        guard !host.isEmpty, host.utf8.count <= 253, isName else { return nil }
        self.host = String(host)
        self.port = port
    }
}
