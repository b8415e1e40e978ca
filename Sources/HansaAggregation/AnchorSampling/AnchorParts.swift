import HansaCore

/// What a round's aggregate says of anchors, in ``Aggregate/parts``.
struct AnchorParts: Equatable {
    /// How many miners' updates are in the aggregate.
    var minerCount: Int
    /// The anchors, in ascending order.
    var anchors: [ClientID]
    /// Where each is kept: the integers of each anchor's gradient, in the same order; else their sum alone.
    var integers: [[Int64]]

    private static let minersName = "anchors.miner-count"
    private static let clientsName = "anchors.clients"
    private static let integersName = "anchors.integers"

    init(minerCount: Int, anchors: [ClientID], integers: [[Int64]]) {
        self.minerCount = minerCount
        self.anchors = anchors
        self.integers = integers
    }

    init(_ parts: [StateTensor]) throws(AggregationError) {
        guard parts.count >= 2, parts[0].name == Self.minersName, parts[1].name == Self.clientsName,
            let miners = parts[0].integers, miners.count == 1, let clients = parts[1].integers,
            parts[2...].allSatisfy({ $0.name == Self.integersName })
        else { throw .invalidState("the aggregate is of another strategy") }
        minerCount = Int(miners[0])
        anchors = clients.map { ClientID(UInt32(clamping: $0)) }
        integers = []
        for part in parts[2...] { integers.append(part.integers ?? []) }
    }

    var parts: [StateTensor] {
        [
            StateTensor(name: Self.minersName, integers: [Int64(minerCount)]),
            StateTensor(name: Self.clientsName, integers: anchors.map { Int64($0.number) }),
        ] + integers.map { StateTensor(name: Self.integersName, integers: $0) }
    }
}
