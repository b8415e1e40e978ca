/// Whom a client connects to and what both show each other.
public struct TLSSettings: Sendable {
    public var host: String
    /// A number or a service's name.
    public var port: String
    /// The name that the coordinator's certificate must carry; also sent to it as SNI.
    public var serverName: String
    /// PEM files: the authority that signed the coordinator, the client's certificate chain, its private key.
    public var authorityPath: String
    public var certificatePath: String
    public var keyPath: String

    public init(
        host: String,
        port: String,
        serverName: String,
        authorityPath: String,
        certificatePath: String,
        keyPath: String
    ) {
        self.host = host
        self.port = port
        self.serverName = serverName
        self.authorityPath = authorityPath
        self.certificatePath = certificatePath
        self.keyPath = keyPath
    }
}
