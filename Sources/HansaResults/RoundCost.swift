/// What a round took of the machine: the only part of a line of `metrics.jsonl`, with `seconds`, that differs between
/// equal runs.
public struct RoundCost: Codable, Equatable, Sendable {
    /// Seconds by what was done in them.
    public struct Phases: Codable, Equatable, Sendable {
        /// Clients' trainings.
        public var training: Double
        /// What makes bytes of trained parameters: clipping, rounding, noise, packing.
        public var encoding: Double
        /// The round engine: opening rounds, receiving, summing, durable writes.
        public var aggregation: Double
        /// Measuring the model.
        public var evaluation: Double
        /// All else, such as the clients' agents, frames and the virtual clock.
        public var rest: Double

        public init(
            training: Double = 0,
            encoding: Double = 0,
            aggregation: Double = 0,
            evaluation: Double = 0,
            rest: Double = 0
        ) {
            self.training = training
            self.encoding = encoding
            self.aggregation = aggregation
            self.evaluation = evaluation
            self.rest = rest
        }

        public var total: Double { training + encoding + aggregation + evaluation + rest }

        public static func + (left: Self, right: Self) -> Self {
            Self(
                training: left.training + right.training,
                encoding: left.encoding + right.encoding,
                aggregation: left.aggregation + right.aggregation,
                evaluation: left.evaluation + right.evaluation,
                rest: left.rest + right.rest
            )
        }
    }

    /// Seconds on the clock; training and encoding go on in parallel and share their time in the proportion of what
    /// workers spent on each.
    public var wall: Phases
    /// Seconds that processors worked for the process.
    public var cpu: Phases
    /// The most memory that the process held in RAM until the end of the round; absent where the system does not tell.
    public var peakBytes: Int?

    public init(wall: Phases, cpu: Phases, peakBytes: Int?) {
        self.wall = wall
        self.cpu = cpu
        self.peakBytes = peakBytes
    }
}
