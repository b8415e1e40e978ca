public import HansaWire
import NIOSSL

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

        /// Checks everything that can be known before there is a service: limits, roster, certificates with their key,
        /// and that the address is one of this machine.
        ///
        /// A program does this before it opens the run's state, so that a mistake leaves no trace there. Reads files and
        /// asks the system for the host's address, so it blocks.
        ///
        /// - Parameter population: how many clients the run has.
        public func check(population: UInt32) throws(ServerError) {
            _ = try parts(population: population)
            try ListeningAddress.check(host: host, port: port)
        }

        /// The roster and the TLS context, after all limits were found good.
        func parts(population: UInt32) throws(ServerError) -> (roster: ClientRoster, tls: NIOSSLContext) {
            try validate()
            let roster = try ClientRoster(roster)
            guard roster.count == Int(population) else {
                throw .invalidRoster(reason: "it has \(roster.count) names, expected \(population)")
            }
            return (roster, try ServerIdentity.context(self))
        }

        /// Refuses limits that no session could live with.
        private func validate() throws(ServerError) {
            guard (0...65_535).contains(port) else {
                throw .notListening(address: "\(host):\(port)", reason: "the port is not one from 0 to 65535")
            }
            for (name, value) in limits.table where value == 0 && !name.hasPrefix("linger") && !name.hasSuffix("jitter")
            {
                throw .invalidLimit(name: name, got: value, expected: "at least 1")
            }
            guard limits.heartbeatMilliseconds < limits.idleMilliseconds else {
                throw .invalidLimit(
                    name: "heartbeat-milliseconds",
                    got: UInt64(limits.heartbeatMilliseconds),
                    expected: "less than idle-milliseconds, which is \(limits.idleMilliseconds)"
                )
            }
            guard limits.chunkByteCountMax <= WireLimits.chunkByteCountMax else {
                throw .invalidLimit(
                    name: "chunk-bytes",
                    got: UInt64(limits.chunkByteCountMax),
                    expected: "at most \(WireLimits.chunkByteCountMax)"
                )
            }
            guard UInt64(limits.windowByteCount) >= 2 * UInt64(limits.chunkByteCountMax) else {
                throw .invalidLimit(
                    name: "window-bytes",
                    got: UInt64(limits.windowByteCount),
                    expected: "room for two chunks of chunk-bytes, \(2 * UInt64(limits.chunkByteCountMax))"
                )
            }
        }
    }
}
