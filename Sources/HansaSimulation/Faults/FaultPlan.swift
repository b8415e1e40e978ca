/// What goes wrong in a simulated run, and how often: all of it drawn from a seed.
///
/// Rates are chances between 0 and 1, below 1 so that a run can end.
public struct FaultPlan: Hashable, Sendable {
    /// The seed of the faults; the run's own seed decides everything else.
    public var seed: UInt64
    /// A client's message is lost on its way to the coordinator.
    public var dropRequest: Double
    /// The coordinator's answer is lost after the work was done.
    public var dropAnswer: Double
    /// A message arrives twice.
    public var duplicate: Double
    /// A message is held back for a moment, so that the next ones overtake it.
    public var reorder: Double
    /// A message is held back by up to ten seconds.
    public var delay: Double
    /// The coordinator dies before or after a durable write.
    public var crash: Double
    /// A client dies before or after its durable write.
    public var clientCrash: Double

    /// Nothing goes wrong.
    public static let none = FaultPlan(seed: 0)

    /// Everything goes wrong now and then.
    public static func `default`(seed: UInt64) -> FaultPlan {
        FaultPlan(
            seed: seed,
            dropRequest: 0.1,
            dropAnswer: 0.1,
            duplicate: 0.1,
            reorder: 0.1,
            delay: 0.1,
            crash: 0.02,
            clientCrash: 0.02
        )
    }

    /// The largest rate.
    public static let rateMax = 0.9

    public init(
        seed: UInt64,
        dropRequest: Double = 0,
        dropAnswer: Double = 0,
        duplicate: Double = 0,
        reorder: Double = 0,
        delay: Double = 0,
        crash: Double = 0,
        clientCrash: Double = 0
    ) {
        self.seed = seed
        self.dropRequest = dropRequest
        self.dropAnswer = dropAnswer
        self.duplicate = duplicate
        self.reorder = reorder
        self.delay = delay
        self.crash = crash
        self.clientCrash = clientCrash
    }
}
