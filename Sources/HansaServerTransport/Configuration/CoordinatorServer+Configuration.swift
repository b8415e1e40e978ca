public import HansaWire

extension CoordinatorServer {
    /// What a server needs to know beside its service.
    public struct Configuration: Sendable {
        /// The address to listen on.
        public var host: String
        /// The port; 0 for a free one.
        public var port: Int
        /// The coordinator's certificate and those between it and its authority, in PEM form.
        public var certificateChainPath: String
        /// The key of the first of them, in PEM form, readable by its owner alone.
        public var keyPath: String
        /// The certificates of the authority that clients' certificates come from.
        public var clientAuthorityPath: String
        /// The clients' names in the order of their numbers: the one DNS name of each certificate.
        public var roster: [String]
        public var limits: ServerLimits
        /// What clients without work are asked to do.
        public var contact: ContactMode

        public init(
            host: String = "127.0.0.1",
            port: Int = 0,
            certificateChainPath: String,
            keyPath: String,
            clientAuthorityPath: String,
            roster: [String],
            limits: ServerLimits = ServerLimits(),
            contact: ContactMode = .stay
        ) {
            self.host = host
            self.port = port
            self.certificateChainPath = certificateChainPath
            self.keyPath = keyPath
            self.clientAuthorityPath = clientAuthorityPath
            self.roster = roster
            self.limits = limits
            self.contact = contact
        }

        /// Refuses limits that no session could live with.
        func validate() throws(ServerError) {
            guard (0...65_535).contains(port) else { throw .invalidLimit(name: "port", reason: "0 to 65535") }
            for (name, value) in limits.table where value == 0 && !name.hasPrefix("linger") && !name.hasSuffix("jitter")
            {
                throw .invalidLimit(name: name, reason: "it must be above 0")
            }
            guard limits.heartbeatMilliseconds < limits.idleMilliseconds else {
                throw .invalidLimit(name: "heartbeat-milliseconds", reason: "it must be below idle-milliseconds")
            }
            guard limits.chunkByteCountMax <= WireLimits.chunkByteCountMax else {
                throw .invalidLimit(name: "chunk-bytes", reason: "at most \(WireLimits.chunkByteCountMax)")
            }
        }
    }
}
