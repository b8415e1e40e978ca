import HansaCore
import HansaNumerics
import HansaQuantization

/// FedAMD's state: the exact sum of the integers that each client sent last, and whose they are.
struct BullseyeSum: Sendable {
    static let prefix = "bullseyes."
    private static let sumName = prefix + "sum"
    private static let seenName = prefix + "seen"
    private static let clientPrefix = prefix + "client."

    /// Whether each client's integers are kept here; else clients send differences.
    private let keepsEach: Bool
    /// Σ_i v_i in lattice units, coordinate by coordinate; empty before the first gradients.
    private var sum: [Int64] = []
    /// The clients that sent a gradient.
    private var seen: Set<ClientID> = []
    private var each: [ClientID: [Int64]] = [:]

    init(keepsEach: Bool) { self.keepsEach = keepsEach }

    /// Takes in a round's gradients.
    ///
    /// - Parameter replacesAll: whether those of earlier rounds are forgotten.
    mutating func take(_ round: AnchorParts, replacesAll: Bool) throws(AggregationError) {
        guard !round.anchors.isEmpty else { return }
        let expected = keepsEach ? round.anchors.count : 1
        guard round.integers.count == expected, let count = round.integers.first?.count,
            round.integers.allSatisfy({ $0.count == count }), sum.isEmpty || sum.count == count
        else { throw .shapeMismatch }
        if replacesAll || sum.isEmpty { sum = [Int64](repeating: 0, count: count) }
        if replacesAll { seen = [] }
        if keepsEach {
            for (client, integers) in zip(round.anchors, round.integers) {
                let old = each[client]
                for index in sum.indices { sum[index] += integers[index] - (old?[index] ?? 0) }
                each[client] = integers
            }
        } else {
            for index in sum.indices { sum[index] += round.integers[0][index] }
        }
        seen.formUnion(round.anchors)
    }

    /// ḡ: the mean over the clients seen, 0 before any was; 0 in `local` blocks.
    ///
    /// - Parameter sections: the lattices of a whole gradient.
    func mean(sections: [SectionPlan], schema: ParameterSchema) -> [Float] {
        var mean = [Float](repeating: 0, count: schema.count)
        guard !seen.isEmpty else { return mean }
        var next = 0
        for section in sections {
            guard case .packed(let lattice, _) = section.encoding else { continue }
            let range = schema.parameterRange(ofBlocks: section.blocks)
            guard next + range.count <= sum.count else { return mean }
            let factor = lattice.ownStep / Double(seen.count)
            for (offset, index) in range.enumerated() { mean[index] = Float(Double(sum[next + offset]) * factor) }
            next += range.count
        }
        return mean
    }

    var state: [StateTensor] {
        guard !sum.isEmpty else { return [] }
        let clients = seen.sorted { $0.number < $1.number }
        var state = [
            StateTensor(name: Self.sumName, integers: sum),
            StateTensor(name: Self.seenName, integers: clients.map { Int64($0.number) }),
        ]
        for client in clients {
            guard let integers = each[client] else { continue }
            state.append(StateTensor(name: Self.clientPrefix + "\(client.number)", integers: integers))
        }
        return state
    }

    mutating func restore(_ state: [StateTensor]) throws(AggregationError) {
        let broken = AggregationError.invalidState("the stored bullseyes cannot be read")
        guard !state.isEmpty else { return }
        guard state.count >= 2, state[0].name == Self.sumName, state[1].name == Self.seenName,
            let sum = state[0].integers, let numbers = state[1].integers
        else { throw broken }
        var clients: [ClientID] = []
        for number in numbers {
            guard let number = UInt32(exactly: number) else { throw broken }
            clients.append(ClientID(number))
        }
        guard state.count == 2 + (keepsEach ? clients.count : 0) else { throw broken }
        var each: [ClientID: [Int64]] = [:]
        for (client, tensor) in zip(clients, state[2...]) {
            guard tensor.name == Self.clientPrefix + "\(client.number)", let integers = tensor.integers,
                integers.count == sum.count
            else { throw broken }
            each[client] = integers
        }
        (self.sum, seen, self.each) = (sum, Set(clients), each)
    }
}
