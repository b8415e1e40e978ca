import HansaCore
import HansaNumerics
import HansaPrivacy

/// Federated averaging's aggregator: for integer updates q_k in lattice units and integer weights n_k, the mean
/// Σ_k n_k q_k · step / Σ_k n_k.
///
/// The sum is exact, so neither the order nor the grouping of updates can show; one rounding to Double, one to the
/// product, and one to Float follow, in this order: Float(Double(sum) · (step / Double(weight))). It keeps one Int64 a
/// parameter and the set of assignments, whatever the cohort. Every payload is checked before the sums are touched.
/// - seealso: Algorithm 1 of McMahan et al. 2017 (arXiv:1602.05629).
public struct MeanAggregator: Aggregator {
    public static let need = UpdateNeed.sumOnly

    private let shape: AggregationShape
    private let denominator: MeanDenominator
    private var sum: LatticeSum
    private var assignments: Set<AssignmentID> = []
    private var totalWeight: Int64 = 0

    /// An aggregator of no updates.
    ///
    /// - Parameters:
    ///   - shape: The round's plans. Those of several roles have the same sections and finest steps.
    ///   - denominator: The divisor; a constant is finite and above zero.
    public init(
        shape: AggregationShape,
        denominator: MeanDenominator = .realisedWeight
    ) throws(AggregationError) {
        if case .constant(let value) = denominator {
            guard value.isFinite, value > 0 else {
                throw .configuration(
                    .invalidValue(key: "denominator", got: "\(value)", expected: "a finite number above 0")
                )
            }
        }
        self.shape = shape
        self.denominator = denominator
        sum = try LatticeSum(shape: shape)
    }

    public var canReport: Bool { !assignments.isEmpty }

    public mutating func prepare() { sum.prepare() }

    public mutating func accumulate(_ update: VerifiedUpdate) throws(AggregationError) {
        guard let plan = shape.plans[update.role] else { throw .unexpectedRole }
        let weightMax = plan.weighting.weightMax
        guard update.weight >= 1, update.weight <= weightMax else {
            throw .invalidWeight(got: update.weight, max: weightMax)
        }
        guard !assignments.contains(update.assignment) else { throw .duplicate }
        guard assignments.count < shape.cohortMax else { throw .cohortFull(max: shape.cohortMax) }
        try sum.check(update.payload, of: update.role)
        sum.add(update.payload, of: update.role, weight: update.weight)
        assignments.insert(update.assignment)
        // At most weightMax · cohortMax, which the plan's overflow bound keeps below 2^62.
        totalWeight += update.weight
    }

    public mutating func merge(_ other: Self) throws(AggregationError) {
        guard shape.schema == other.shape.schema, shape.plans == other.shape.plans,
            shape.cohortMax == other.shape.cohortMax, denominator == other.denominator
        else { throw .shapeMismatch }
        guard assignments.isDisjoint(with: other.assignments) else { throw .duplicate }
        guard assignments.count + other.assignments.count <= shape.cohortMax else {
            throw .cohortFull(max: shape.cohortMax)
        }
        sum.merge(other.sum)
        assignments.formUnion(other.assignments)
        totalWeight += other.totalWeight
    }

    public mutating func addNoise(root: [UInt8]) throws(AggregationError) {
        // One sum has one noise: roles that disagree about it do not add up.
        let noises = shape.plans.values.filter { $0.noise.noise?.placement == .central }
        guard let plan = noises.min(by: { $0.role.rawValue < $1.role.rawValue }), let noise = plan.noise.noise,
            noises.allSatisfy({ $0.noise == plan.noise })
        else { throw .noiseUnsupported }
        let key = NoiseKey(
            root: root,
            run: plan.run,
            assignment: AssignmentID(round: plan.round, attempt: plan.attempt, client: ClientID(0), fence: 0),
            planDigest: plan.digest,
            purpose: .coordinator
        )
        try sum.addNoise(noise.mechanism, key: key, as: plan.role)
    }

    public consuming func report() throws(AggregationError) -> Aggregate {
        guard canReport else { throw .empty }
        let divisor: Double =
            switch denominator {
            case .realisedWeight: Double(totalWeight)
            case .constant(let value): value
            }
        return Aggregate(
            delta: sum.mean(divisor: divisor, parameterCount: shape.schema.count),
            updateCount: assignments.count,
            totalWeight: totalWeight
        )
    }
}
