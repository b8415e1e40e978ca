/// The bytes of a run's frames by what they are for, in both directions; TLS's own bytes apart.
///
/// `up` and `down` are the coordinator's counts. In a run without disturbance the clients counted the same `training`
/// bytes, and both are what ``counted`` says.
public struct WireTraffic: Codable, Equatable, Sendable {
    /// One direction's bytes, as one side counted them.
    public struct Direction: Codable, Equatable, Sendable {
        /// What one undisturbed exchange of work takes: plan, model, update and answer.
        public var training: UInt64
        /// Greetings, questions that found no work, heartbeats, refusals.
        public var liveness: UInt64
        /// What was sent again.
        public var repeated: UInt64

        public init(training: UInt64 = 0, liveness: UInt64 = 0, repeated: UInt64 = 0) {
            self.training = training
            self.liveness = liveness
            self.repeated = repeated
        }

        public static func += (left: inout Self, right: Self) {
            left.training &+= right.training
            left.liveness &+= right.liveness
            left.repeated &+= right.repeated
        }
    }

    /// Bytes of one kind in both directions.
    public struct Pair: Codable, Equatable, Sendable {
        public var up: UInt64
        public var down: UInt64

        public init(up: UInt64 = 0, down: UInt64 = 0) {
            self.up = up
            self.down = down
        }
    }

    /// One side's counts.
    public struct Side: Codable, Equatable, Sendable {
        public var up: Direction
        public var down: Direction

        public init(up: Direction = Direction(), down: Direction = Direction()) {
            self.up = up
            self.down = down
        }

        public static func += (left: inout Self, right: Self) {
            left.up += right.up
            left.down += right.down
        }
    }

    /// From clients to the coordinator.
    public var up: Direction
    /// From the coordinator to clients.
    public var down: Direction
    /// What the clients counted, all together.
    public var clients: Side
    /// What the contributions that count take on the wire if nothing disturbs them: lost to no process that died.
    public var counted: Pair
    /// TLS's handshakes and record headers, as the coordinator counted them; absent where there is no TLS.
    public var tls: Pair?

    public init(coordinator: Side, clients: Side, counted: Pair, tls: Pair? = nil) {
        up = coordinator.up
        down = coordinator.down
        self.clients = clients
        self.counted = counted
        self.tls = tls
    }
}
