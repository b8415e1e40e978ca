import HansaCore
import HansaNumerics
import HansaQuantization

/// FedAMD's aggregator: the exact mean of the miners' updates, and the exact integers of the anchors' gradients.
struct AnchorAggregator: Aggregator {
    static let need = UpdateNeed.singleUpdates

    private let shape: AggregationShape
    private let keepsEach: Bool
    /// The miners' mean; nil in a round of anchors.
    private var miners: MeanAggregator?
    private var minerCount = 0
    /// The anchors' integers and their sum; nil in a round of miners.
    private var layout: PayloadLayout?
    private var sum: LatticeSum?
    private var assignments: Set<AssignmentID> = []
    private var each: [ClientID: [Int64]] = [:]
    private var anchors: Set<ClientID> = []

    init(shape: AggregationShape, keepsEach: Bool) throws(AggregationError) {
        self.shape = shape
        self.keepsEach = keepsEach
        if let shape = try Self.shape(shape, of: .miner) { miners = try MeanAggregator(shape: shape) }
        if let shape = try Self.shape(shape, of: .anchor) {
            layout = try PayloadLayout(shape: shape)
            sum = try LatticeSum(shape: shape)
        }
    }

    private static func shape(
        _ shape: AggregationShape,
        of role: ClientRole
    ) throws(AggregationError) -> AggregationShape? {
        guard let plan = shape.plans[role] else { return nil }
        do throws(PlanError) {
            return try AggregationShape(schema: shape.schema, plans: [role: plan], cohortMax: shape.cohortMax)
        } catch {
            throw .shapeMismatch
        }
    }

    var canReport: Bool { !assignments.isEmpty }

    mutating func prepare() {
        miners?.prepare()
        sum?.prepare()
    }

    mutating func accumulate(_ update: VerifiedUpdate) throws(AggregationError) {
        guard !assignments.contains(update.assignment) else { throw .duplicate }
        guard assignments.count < shape.cohortMax else { throw .cohortFull(max: shape.cohortMax) }
        switch update.role {
        case .miner:
            guard miners != nil else { throw .unexpectedRole }
            try miners?.accumulate(update)
            minerCount += 1
        case .anchor:
            guard let layout, sum != nil else { throw .unexpectedRole }
            guard update.weight == 1 else { throw .invalidWeight(got: update.weight, max: 1) }
            try layout.check(update.payload, of: .anchor)
            let client = update.assignment.client
            guard !anchors.contains(client) else { throw .duplicate }
            if keepsEach {
                each[client] = try integers(update.payload, layout)
            } else {
                sum?.add(update.payload, of: .anchor, weight: 1)
            }
            anchors.insert(client)
        case .trainer, .smallTrainer: throw .unexpectedRole
        }
        assignments.insert(update.assignment)
    }

    private func integers(_ payload: [UInt8], _ layout: PayloadLayout) throws(AggregationError) -> [Int64] {
        var integers: [Int64] = []
        do throws(QuantizationError) {
            for piece in layout.pieces[.anchor] ?? [] {
                let values = try PackedLayout.unpack(
                    Array(payload[piece.bytes]),
                    count: piece.count,
                    width: piece.width
                )
                integers += values.map { Int64($0) }
            }
        } catch {
            throw .outsideLattice
        }
        return integers
    }

    mutating func merge(_ other: Self) throws(AggregationError) {
        guard shape.schema == other.shape.schema, shape.plans == other.shape.plans,
            shape.cohortMax == other.shape.cohortMax, keepsEach == other.keepsEach
        else { throw .shapeMismatch }
        guard assignments.isDisjoint(with: other.assignments), anchors.isDisjoint(with: other.anchors) else {
            throw .duplicate
        }
        guard assignments.count + other.assignments.count <= shape.cohortMax else {
            throw .cohortFull(max: shape.cohortMax)
        }
        if let theirs = other.miners { try miners?.merge(theirs) }
        if let theirs = other.sum { sum?.merge(theirs) }
        minerCount += other.minerCount
        assignments.formUnion(other.assignments)
        anchors.formUnion(other.anchors)
        each.merge(other.each) { own, _ in own }
    }

    consuming func report() throws(AggregationError) -> Aggregate {
        guard canReport else { throw .empty }
        let count = assignments.count
        let clients = anchors.sorted { $0.number < $1.number }
        var integers: [[Int64]] = []
        if keepsEach {
            integers = clients.map { each[$0] ?? [] }
        } else if let sum, !clients.isEmpty {
            integers = [sum.integers]
        }
        let parts = AnchorParts(minerCount: minerCount, anchors: clients, integers: integers).parts
        var aggregate: Aggregate
        if minerCount > 0, let miners {
            aggregate = try miners.report()
        } else {
            aggregate = Aggregate(
                delta: [Float](repeating: 0, count: shape.schema.count),
                updateCount: 0,
                totalWeight: 0
            )
        }
        aggregate.updateCount = count
        aggregate.totalWeight = Int64(count)
        aggregate.parts = parts
        return aggregate
    }
}
