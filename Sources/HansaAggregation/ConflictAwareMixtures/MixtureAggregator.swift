package import HansaCore
import HansaNumerics
import HansaPrivacy
import HansaQuantization

/// FC-MoE's aggregator: expert by expert over the clients that used it, all else by the weighted mean.
///
/// Updates are kept packed (``PackedUpdates``), with zeros for experts that a client left out. On report each expert is read twice. The first pass takes
/// the exact Gram matrix of its block, m(m + 1)/2 · d integer products for m clients and d parameters; from it
/// `ExpertCombination` finds the coefficients. The second adds m · d products Double(q) · c in the order of the
/// assignments, twice as many where the consensus is asked for. So a model of D parameters costs about m²/2 · D integer and
/// 2m · D floating multiplications and no memory beyond the packed updates, the model and m² numbers. What is shared is
/// summed in integers, to the bit of ``MeanAggregator``. Neither order nor grouping can show: sums are integers or run in
/// the order of assignments.
/// - seealso: ALGORITHMS §4.3; Lu et al. 2026 (arXiv:2606.15625).
public struct MixtureAggregator: Aggregator {
    /// Which clients take part in an expert.
    public enum Participation: Hashable, Sendable {
        /// Those whose reports name tokens of it.
        case loads
        /// Those whose update of it is not 0.
        case changes
        /// All: under noise nobody may tell.
        case everyone
    }

    public static let need = UpdateNeed.singleUpdates
    /// The name of ḡ among an aggregate's parts: as long as the model, 0 outside of experts.
    public static let consensusName = "fc-moe.consensus"

    private let rules: MixtureRules
    private let participation: Participation
    private let denominator: MeanDenominator
    private let reportsConsensus: Bool
    private let layout: ExpertLayout
    private var updates: PackedUpdates

    /// An aggregator of no updates.
    ///
    /// - Parameters:
    ///   - shape: the round's plans, of a model with experts.
    ///   - participation: who takes part in an expert; ``Participation/loads`` needs plans that ask for them.
    ///   - denominator: what sums are divided by: over all accepted updates for what is shared, over an expert's for it.
    ///   - reportsConsensus: whether ḡ is among the aggregate's parts.
    public init(
        shape: AggregationShape,
        rules: MixtureRules,
        participation: Participation,
        denominator: MeanDenominator = .realisedWeight,
        reportsConsensus: Bool = false
    ) throws(AggregationError) {
        self.rules = rules
        self.participation = participation
        self.denominator = denominator
        self.reportsConsensus = reportsConsensus
        do throws(ConfigurationError) { layout = try ExpertLayout(schema: shape.schema) } catch {
            throw .configuration(error)
        }
        if rules.importance.needsLoads, participation != .loads {
            throw .configuration(
                .invalidValue(
                    key: "importance",
                    got: "\(rules.importance.rawValue) without tokens",
                    expected: "samples or uniform where clients do not say how many tokens an expert learned from"
                )
            )
        }
        updates = try PackedUpdates(shape: shape)
    }

    public var canReport: Bool { !updates.isEmpty }

    public mutating func accumulate(_ update: VerifiedUpdate) throws(AggregationError) {
        let expected = participation == .loads ? layout.experts.count : 0
        guard update.expertLoads.count == expected else {
            throw .wrongLoadCount(got: update.expertLoads.count, expected: expected)
        }
        try updates.insert(try whole(update))
    }

    /// The update with zeros for the sections that its client left out.
    private func whole(_ update: VerifiedUpdate) throws(AggregationError) -> VerifiedUpdate {
        guard let plan = updates.shape.plans[update.role], plan.omitsIdleExperts else { return update }
        let schema = updates.shape.schema
        let expected = plan.updateByteCount(schema: schema, expertLoads: update.expertLoads)
        guard update.payload.count == expected else {
            throw .wrongByteCount(got: update.payload.count, expected: expected)
        }
        var whole = update
        whole.payload = []
        whole.payload.reserveCapacity(plan.updateByteCount(schema: schema))
        var start = 0
        let omitted = plan.omittedSections(schema: schema, expertLoads: update.expertLoads)
        for (index, section) in plan.up.enumerated() {
            let count = schema.parameterRange(ofBlocks: section.blocks).count
            let byteCount = section.byteCount(parameterCount: count)
            if omitted[index] {
                whole.payload.append(contentsOf: repeatElement(0, count: byteCount))
            } else {
                // In bounds: the sections that came add up to the payload's length.
                whole.payload.append(contentsOf: update.payload[start..<start + byteCount])
                start += byteCount
            }
        }
        return whole
    }

    public mutating func merge(_ other: Self) throws(AggregationError) {
        guard rules == other.rules, participation == other.participation, denominator == other.denominator,
            reportsConsensus == other.reportsConsensus
        else { throw .shapeMismatch }
        try updates.merge(other.updates)
    }

    public consuming func report() throws(AggregationError) -> Aggregate {
        guard canReport else { throw .empty }
        let totalWeight = updates.totalWeight
        let count = updates.shape.schema.count
        var delta = [Float](repeating: 0, count: count)
        var consensus = reportsConsensus ? [Float](repeating: 0, count: count) : []
        let shared = rules.router == .average ? layout.shared + layout.routers : layout.shared
        let divisor: Double =
            switch denominator {
            case .realisedWeight: Double(totalWeight)
            case .constant(let value): value
            }
        average(shared.sorted { $0.lowerBound < $1.lowerBound }, divisor: divisor, into: &delta)
        for number in layout.experts.indices {
            try combine(number, into: &delta, consensus: &consensus)
        }
        var aggregate = Aggregate(delta: delta, updateCount: updates.count, totalWeight: totalWeight)
        if reportsConsensus { aggregate.parts = [StateTensor(name: Self.consensusName, values: consensus)] }
        return aggregate
    }

    /// Float(Double(Σ n q) · (step / divisor)) for every parameter of these ranges, the sums in integers: below 2^62, as the
    /// plan's overflow bound says.
    private func average(_ ranges: [Range<Int>], divisor: Double, into delta: inout [Float]) {
        let weights = updates.updates.map(\.weight)
        updates.forEachBlock(in: ranges) { block in
            var sums = [Int64](repeating: 0, count: block.parameters.count)
            for (update, weight) in weights.enumerated() {
                let factor = weight << Int64(block.shifts[update])
                let row = block.row(update)
                for index in row.indices { sums[index] &+= Int64(row[index]) &* factor }
            }
            let factor = block.unit / divisor
            for (index, parameter) in block.parameters.enumerated() {
                delta[parameter] = Float(Double(sums[index]) * factor)
            }
        }
    }

    /// Moves one expert, and writes its part of the consensus where that is asked for.
    private func combine(
        _ number: Int,
        into delta: inout [Float],
        consensus: inout [Float]
    ) throws(AggregationError) {
        let expert = layout.experts[number]
        // Over all updates: those that take no part are few or zeros, which cost nothing but time.
        let gram = try updates.gramMatrix(over: expert.parameters)
        let participants = updates.updates.indices.filter { index in
            switch participation {
            case .loads: updates.updates[index].expertLoads[number] > 0
            case .changes: gram[index, index] > 0
            case .everyone: true
            }
        }
        let constant: Double? = if case .constant(let value) = denominator { value } else { nil }
        guard
            let combination = ExpertCombination(
                members(participants, of: number, gram: gram),
                rules: rules,
                noiseNorm: noiseNorm(of: expert),
                denominator: constant,
                order: { comparisonOrder(of: participants[$0], at: $0, among: participants.count, expert: number) }
            )
        else { return }
        add(combination.update, of: participants, over: expert.parameters, to: &delta)
        if reportsConsensus { add(combination.consensus, of: participants, over: expert.parameters, to: &consensus) }
    }

    private func members(
        _ participants: [Int],
        of number: Int,
        gram: GramMatrix
    ) -> ExpertCombination.Members {
        let layer = layout.experts[number].layer
        let inLayer = layout.experts.indices.filter { layout.experts[$0].layer == layer }
        let taking = participants.map { updates.updates[$0] }
        let tokens = taking.map { participation == .loads ? Double($0.expertLoads[number]) : 1 }
        let frequencies = taking.map { update in
            guard participation == .loads else { return 1.0 }
            let all = inLayer.reduce(0.0) { $0 + Double(update.expertLoads[$1]) }
            return all > 0 ? Double(update.expertLoads[number]) / all : 0
        }
        return ExpertCombination.Members(
            products: participants.flatMap { i in participants.map { gram[i, $0] } },
            tokens: tokens,
            frequencies: frequencies,
            samples: taking.map { Double($0.weight) }
        )
    }

    /// Σ c_i q_i · step over the participants, in their order.
    private func add(
        _ coefficients: [Double],
        of participants: [Int],
        over ranges: [Range<Int>],
        to result: inout [Float]
    ) {
        updates.forEachBlock(in: ranges) { block in
            var sums = [Double](repeating: 0, count: block.parameters.count)
            for (coefficient, update) in zip(coefficients, participants) where coefficient != 0 {
                // Of one update whose coefficient is 1 this is its own Float.
                let factor = coefficient * block.step(of: update)
                let row = block.row(update)
                for index in row.indices { sums[index] += Double(row[index]) * factor }
            }
            for (index, parameter) in block.parameters.enumerated() { result[parameter] = Float(sums[index]) }
        }
    }

    /// The typical norm of the clients' own noise over an expert: σ√d, where a Laplace scale s gives σ = s√2.
    private func noiseNorm(of expert: ExpertLayout.Expert) -> Double {
        var largest = 0.0
        for plan in updates.shape.plans.values {
            guard let noise = plan.noise.noise, noise.placement == .local, let lattice = plan.commonLattice else {
                continue
            }
            let variance: Double =
                switch noise.mechanism {
                case .discreteLaplace(let scale): 2 * scale.value * scale.value
                case .discreteGaussian(let variance), .skellam(let variance): variance.value
                }
            largest = max(largest, lattice.ownStep * (variance * Double(expert.parameterCount)).squareRoot())
        }
        return largest
    }

    /// The order in which PCGrad compares a client with the others: drawn from the run, the round, the client and the
    /// expert, so that it is nobody's choice and comes out the same again.
    private func comparisonOrder(of update: Int, at place: Int, among count: Int, expert: Int) -> [Int] {
        let assignment = updates.updates[update].assignment
        let run = updates.shape.plans[updates.updates[update].role]?.run
        return Self.comparisonOrder(
            seed: (run?.high ?? 0) ^ (run?.low ?? 0),
            assignment: assignment,
            expert: expert,
            place: place,
            count: count
        )
    }

    /// All places but one's own, shuffled.
    package static func comparisonOrder(
        seed: UInt64,
        assignment: AssignmentID,
        expert: Int,
        place: Int,
        count: Int
    ) -> [Int] {
        var stream = RandomStream(
            seed: seed,
            round: assignment.round,
            client: assignment.client.number,
            purpose: .comparison,
            attempt: UInt32(truncatingIfNeeded: expert)
        )
        var order = (0..<count).filter { $0 != place }
        stream.shuffle(&order)
        return order
    }
}
