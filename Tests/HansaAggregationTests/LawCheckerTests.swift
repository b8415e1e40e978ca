import HansaAggregation
import HansaCore
import HansaTesting
import Testing

/// A checker that never fails would prove nothing: each planted defect must be found under the law it breaks.
@Suite("The law checkers find planted defects")
struct LawCheckerTests {
    enum Defect: CaseIterable {
        case orderDependent
        case mergeForgetsWeights
        case acceptsDuplicates
        case keepsRefusedAssignments
        case skipsTheCheck
        case ignoresTheCohort
        case reportsNothing

        var law: String {
            switch self {
            case .orderDependent: "order-free"
            case .mergeForgetsWeights: "merge is accumulate"
            case .acceptsDuplicates: "once"
            case .keepsRefusedAssignments: "a rejected update leaves no trace"
            case .skipsTheCheck: "refusal"
            case .ignoresTheCohort: "bounded"
            case .reportsNothing: "empty"
            }
        }
    }

    /// Sums bytes, right but for one defect.
    struct Defective: Aggregator {
        static let need = UpdateNeed.sumOnly

        let defect: Defect
        let shape: AggregationShape
        var sum: Float = 0
        var seen: Set<AssignmentID> = []
        var weight: Int64 = 0
        var count = 0
        /// The law-abiding one decides what is refused.
        var model: MeanAggregator

        init(_ defect: Defect, _ shape: AggregationShape) throws {
            self.defect = defect
            self.shape = shape
            model = try MeanAggregator(shape: shape)
        }

        var canReport: Bool { defect == .reportsNothing || count > 0 }

        mutating func accumulate(_ update: VerifiedUpdate) throws(AggregationError) {
            if seen.contains(update.assignment) {
                guard defect == .acceptsDuplicates else { throw .duplicate }
            } else if defect == .keepsRefusedAssignments {
                seen.insert(update.assignment)
            }
            do throws(AggregationError) {
                var next = model
                try next.accumulate(update)
                model = next
            } catch {
                switch (defect, error) {
                case (.acceptsDuplicates, .duplicate), (.skipsTheCheck, .outsideLattice),
                    (.ignoresTheCohort, .cohortFull):
                    break
                default: throw error
                }
            }
            seen.insert(update.assignment)
            let value = Float(update.payload.reduce(0) { $0 + Int($1) })
            sum = defect == .orderDependent ? sum * 0.9 + value : sum + value
            weight += update.weight
            count += 1
        }

        mutating func merge(_ other: Self) throws(AggregationError) {
            do throws(AggregationError) { try model.merge(other.model) } catch {
                guard defect == .ignoresTheCohort, error != .duplicate else { throw error }
            }
            seen.formUnion(other.seen)
            sum += other.sum
            count += other.count
            if defect != .mergeForgetsWeights { weight += other.weight }
        }

        consuming func report() throws(AggregationError) -> Aggregate {
            guard canReport else { throw .empty }
            return Aggregate(delta: [sum], updateCount: count, totalWeight: weight)
        }
    }

    @Test("in aggregators", arguments: Defect.allCases)
    func findAggregatorDefects(defect: Defect) throws {
        let plan = try Fixtures.mixedPlan()
        let shape = try Fixtures.shape(plan)
        let updates = UpdateFactory(schema: shape.schema, plan: plan, seed: 1).verifiedUpdates(5)
        let found = checkAggregator(updates: updates, shape: shape, seeds: 0..<4) { try Defective(defect, $0) }
        #expect(found.contains { $0.law == defect.law }, "found: \(found)")
    }

    /// Momentum that is forgotten at a restart, or moved by a refused aggregate.
    struct Forgetful: Strategy {
        static let name = "forgetful"

        var momentum: Float = 0
        var keepsState: Bool
        var refusesFirst: Bool

        var state: [StateTensor] { keepsState ? [StateTensor(name: "m", values: [momentum])] : [] }

        mutating func restore(_ state: [StateTensor]) throws(AggregationError) {
            guard keepsState else { return }
            guard state.map(\.name) == ["m"], state[0].values.count == 1, state[0].values[0].isFinite else {
                throw .invalidState("not mine")
            }
            momentum = state[0].values[0]
        }

        func directive(for role: ClientRole, in context: RoundContext) throws(AggregationError) -> RoundDirective {
            throw .unexpectedRole
        }

        func makeAggregator(shape: AggregationShape) throws(AggregationError) -> any Aggregator {
            throw .unexpectedRole
        }

        mutating func advance(_ parameters: inout [Float], by aggregate: Aggregate) throws(AggregationError) {
            let isGood = aggregate.delta.count == parameters.count && aggregate.delta.allSatisfy(\.isFinite)
            if refusesFirst, !isGood { throw .notFinite }
            momentum = momentum / 2 + (aggregate.delta.first.map { $0.isFinite ? $0 : 1 } ?? 0)
            if !isGood { throw .notFinite }
            for index in parameters.indices { parameters[index] += momentum }
        }
    }

    @Test("in strategies")
    func findStrategyDefects() {
        let aggregates = [1, 2, 3].map { Aggregate(delta: [$0, 1], updateCount: 1, totalWeight: 1) }
        func laws(keepsState: Bool, refusesFirst: Bool) -> Set<String> {
            Set(
                checkStrategyState(parameters: [0, 0], aggregates: aggregates) {
                    Forgetful(keepsState: keepsState, refusesFirst: refusesFirst)
                }.map(\.law)
            )
        }
        #expect(laws(keepsState: true, refusesFirst: true) == [])
        #expect(laws(keepsState: true, refusesFirst: false) == ["no trace"])
        #expect(laws(keepsState: false, refusesFirst: true) == ["round trip", "refusal"])
    }

    @Test("the naive packing agrees with the kernels' layout", arguments: [2, 7, 13, 32])
    func namesOneLayout(bits: Int) throws {
        let count = 512 + 37
        let modulus = 1 << (bits - 1)
        let values: [Int64] = (0..<count).map { index in
            let magnitude = Int64(index * 7919 % modulus)
            return index % 2 == 0 ? magnitude : -magnitude
        }
        var bytes = [UInt8](repeating: 0, count: NaivePacking.byteCount(count: count, bits: bits))
        for (index, value) in values.enumerated() {
            NaivePacking.write(value, to: &bytes, at: index, count: count, bits: bits)
        }
        #expect(try PackedLayoutProbe.pack(values, bits: bits) == bytes)
        #expect((0..<count).map { NaivePacking.read(bytes, at: $0, count: count, bits: bits) } == values)
    }
}
