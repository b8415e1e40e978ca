import HansaNumerics

/// How long simulated messages and trainings take, and which messages get lost: drawn from seeds, in virtual milliseconds.
struct NetworkModel {
    /// What becomes of one message.
    struct Delivery {
        /// The delays of its copies; none for a lost message.
        var delays: [UInt64]
    }

    enum Direction {
        case toCoordinator
        case toClient
    }

    /// The longest ordinary delay of a message.
    private static let delayMax: UInt64 = 50
    /// The longest delay of a message that is held back.
    private static let heldBackMax: UInt64 = 10_000
    /// The longest training.
    private static let trainingMax: UInt64 = 2_000

    private let faults: FaultPlan
    private var network: RandomStream
    private var misfortune: RandomStream

    /// - Parameter arrivalSeed: decides delays, and with them the order of arrival, which no model may depend on.
    init(arrivalSeed: UInt64, faults: FaultPlan) {
        self.faults = faults
        network = RandomStream(seed: arrivalSeed, purpose: .network)
        misfortune = RandomStream(seed: faults.seed, purpose: .faults)
    }

    mutating func deliver(_ direction: Direction) -> Delivery {
        let ordinary = 1 + network.next(below: Self.delayMax)
        guard faults.disturbsMessages else { return Delivery(delays: [ordinary]) }
        let dropRate = direction == .toCoordinator ? faults.dropRequest : faults.dropAnswer
        // Every draw is made whatever the others say, so that one rate does not shift the draws of another.
        let isLost = misfortune.nextDouble() < dropRate
        let isDuplicated = misfortune.nextDouble() < faults.duplicate
        let isReordered = misfortune.nextDouble() < faults.reorder
        let isHeldBack = misfortune.nextDouble() < faults.delay
        let moment = misfortune.next(below: 4 * Self.delayMax)
        let held = misfortune.next(below: Self.heldBackMax)
        let second = misfortune.next(below: Self.heldBackMax)
        guard !isLost else { return Delivery(delays: []) }
        let first = ordinary + (isReordered ? moment : 0) + (isHeldBack ? held : 0)
        return Delivery(delays: isDuplicated ? [first, ordinary + second] : [first])
    }

    mutating func trainingTime() -> UInt64 { 1 + network.next(below: Self.trainingMax) }
}

extension FaultPlan {
    fileprivate var disturbsMessages: Bool {
        dropRequest > 0 || dropAnswer > 0 || duplicate > 0 || reorder > 0 || delay > 0
    }
}
