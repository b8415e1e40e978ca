public import HansaCore
public import HansaWire

extension ServerSession {
    /// What the coordinator tells every client in Welcome, and the window of its uploads.
    public struct Configuration: Hashable, Sendable {
        /// The default window: enough for 100 ms at 10 MB/s, small enough for a thousand clients at once.
        public static let windowByteCountDefault: UInt32 = 1 << 20

        public let run: RunID
        /// The parameter bytes of a frame, 1 to 262,144.
        public let chunkByteCountMax: UInt32
        /// How far an upload may run ahead of the last offset that the coordinator named; at least two chunks.
        public let windowByteCount: UInt32
        public let heartbeatMilliseconds: UInt32
        public let idleMilliseconds: UInt32
        public let holdMilliseconds: UInt32
        public let contact: ContactMode

        /// Cuts the chunk to the protocol's limit, and widens a window of less than two chunks: less than that would
        /// never let a chunk be sent while half of the window is not reported yet.
        public init(
            run: RunID,
            chunkByteCountMax: UInt32 = UInt32(WireLimits.chunkByteCountMax),
            windowByteCount: UInt32 = windowByteCountDefault,
            heartbeatMilliseconds: UInt32 = 30_000,
            idleMilliseconds: UInt32 = 120_000,
            holdMilliseconds: UInt32 = 20_000,
            contact: ContactMode = .stay
        ) {
            self.run = run
            self.chunkByteCountMax = min(max(chunkByteCountMax, 1), UInt32(WireLimits.chunkByteCountMax))
            self.windowByteCount = max(windowByteCount, 2 * self.chunkByteCountMax)
            self.heartbeatMilliseconds = heartbeatMilliseconds
            self.idleMilliseconds = idleMilliseconds
            self.holdMilliseconds = holdMilliseconds
            self.contact = contact
        }
    }
}
