import HansaCore
import HansaNumerics

/// The sum over clients whose lattices differ by role, divided by a public constant.
///
/// Each role's integers are added exactly in units of its own lattice, and the roles' means are added in the order of
/// their numbers: the same bits for any order and grouping of updates.
struct MixedLatticeMean: Aggregator {
    static let need = UpdateNeed.sumOnly

    private var means: [(role: ClientRole, mean: MeanAggregator)]
    private var assignments: Set<AssignmentID> = []
    private let shape: AggregationShape

    init(shape: AggregationShape, denominator: Double) throws(AggregationError) {
        self.shape = shape
        means = []
        for (role, plan) in shape.plans.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let own: AggregationShape
            do throws(PlanError) {
                own = try AggregationShape(schema: shape.schema, plans: [role: plan], cohortMax: shape.cohortMax)
            } catch {
                throw .shapeMismatch
            }
            means.append((role, try MeanAggregator(shape: own, denominator: .constant(denominator))))
        }
    }

    var canReport: Bool { means.contains { $0.mean.canReport } }

    mutating func prepare() {
        for index in means.indices { means[index].mean.prepare() }
    }

    mutating func accumulate(_ update: VerifiedUpdate) throws(AggregationError) {
        guard let index = means.firstIndex(where: { $0.role == update.role }) else { throw .unexpectedRole }
        // Twice under one role is the role's own matter; under two roles it is found here.
        guard !assignments.contains(update.assignment) else { throw .duplicate }
        guard assignments.count < shape.cohortMax else { throw .cohortFull(max: shape.cohortMax) }
        try means[index].mean.accumulate(update)
        assignments.insert(update.assignment)
    }

    mutating func merge(_ other: Self) throws(AggregationError) {
        guard means.map(\.role) == other.means.map(\.role) else { throw .shapeMismatch }
        guard assignments.isDisjoint(with: other.assignments) else { throw .duplicate }
        guard assignments.count + other.assignments.count <= shape.cohortMax else {
            throw .cohortFull(max: shape.cohortMax)
        }
        var merged = means
        for index in merged.indices { try merged[index].mean.merge(other.means[index].mean) }
        means = merged
        assignments.formUnion(other.assignments)
    }

    consuming func report() throws(AggregationError) -> Aggregate {
        guard canReport else { throw .empty }
        var total = Aggregate(
            delta: [Float](repeating: 0, count: shape.schema.count),
            updateCount: 0,
            totalWeight: 0
        )
        for (_, mean) in means where mean.canReport {
            let part = try mean.report()
            for index in total.delta.indices { total.delta[index] += part.delta[index] }
            total.updateCount += part.updateCount
            total.totalWeight += part.totalWeight
        }
        return total
    }
}
