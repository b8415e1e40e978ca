import HansaCore
import HansaNumerics
import HansaQuantization

/// The weighted mean Σ n_i x̂_i / Σ n_i of whole models that clients quantized by scales of their own.
///
/// Each x̂ is a Float; it is rounded to units of 2^-k before it is added, so that sums are exact and neither the order nor
/// the grouping of updates shows. k is as large as |x̂| ≤ `magnitudeMax`, the largest weight and the cohort leave room for
/// below 2^62, and at most 40. ``InsecureAdaptiveQuantization`` owns one.
struct InsecureScaledMean: Aggregator {
    static let need = UpdateNeed.sumOnly
    /// The most fraction bits of a sum.
    private static let fractionBitsMax = 40

    private let shape: AggregationShape
    private let plan: RoundPlan
    private let form: InsecureScaledForm
    private let groupCounts: [Int]
    private let unitsPerOne: Double
    private var sums: [Int64] = []
    private var assignments: Set<AssignmentID> = []
    private var totalWeight: Int64 = 0

    /// Refuses plans of another form.
    init(shape: AggregationShape) throws(AggregationError) {
        guard shape.plans.count == 1, let plan = shape.plans.values.first, let form = plan.insecureForm else {
            throw .shapeMismatch
        }
        self.shape = shape
        self.plan = plan
        self.form = form
        groupCounts = InsecureScaledPayload.groupCounts(
            of: plan.up,
            schema: shape.schema,
            granularity: form.granularity
        )
        // The scale's rounding lifts a magnitude by less than twice.
        let (weights, overflow) = plan.weighting.weightMax.multipliedReportingOverflow(by: Int64(shape.cohortMax))
        guard !overflow else { throw .shapeMismatch }
        let weightBits = 64 - weights.leadingZeroBitCount
        let fractionBits = 60 - weightBits - (Int(form.magnitudeMax.exponent) + 1)
        guard fractionBits >= 1 else { throw .shapeMismatch }
        unitsPerOne = Double(UInt64(1) << UInt64(min(fractionBits, Self.fractionBitsMax)))
    }

    var canReport: Bool { !assignments.isEmpty }

    mutating func prepare() {
        if sums.isEmpty { sums = [Int64](repeating: 0, count: groupCounts.reduce(0, +)) }
    }

    mutating func accumulate(_ update: VerifiedUpdate) throws(AggregationError) {
        guard update.role == plan.role else { throw .unexpectedRole }
        let weightMax = plan.weighting.weightMax
        guard update.weight >= 1, update.weight <= weightMax else {
            throw .invalidWeight(got: update.weight, max: weightMax)
        }
        guard !assignments.contains(update.assignment) else { throw .duplicate }
        guard assignments.count < shape.cohortMax else { throw .cohortFull(max: shape.cohortMax) }
        let values = try values(of: update.payload)
        prepare()
        for index in values.indices {
            // |x̂| · units · Σ weights stays below 2^62.
            sums[index] &+= Int64((Double(values[index]) * unitsPerOne).rounded(.toNearestOrEven)) &* update.weight
        }
        assignments.insert(update.assignment)
        totalWeight += update.weight
    }

    private func values(of payload: [UInt8]) throws(AggregationError) -> [Float] {
        do {
            let read = try InsecureScaledPayload(payload, form: form, sections: plan.up, schema: shape.schema)
            return try read.values(groupCounts: groupCounts)
        } catch let error as InsecurePayloadError {
            if case .wrongByteCount(let got, let expected) = error {
                throw .wrongByteCount(got: got, expected: expected)
            }
            throw .outsideLattice
        } catch {
            throw .outsideLattice
        }
    }

    mutating func merge(_ other: Self) throws(AggregationError) {
        guard shape.schema == other.shape.schema, shape.plans == other.shape.plans,
            shape.cohortMax == other.shape.cohortMax
        else { throw .shapeMismatch }
        guard assignments.isDisjoint(with: other.assignments) else { throw .duplicate }
        guard assignments.count + other.assignments.count <= shape.cohortMax else {
            throw .cohortFull(max: shape.cohortMax)
        }
        if !other.sums.isEmpty {
            prepare()
            for index in sums.indices { sums[index] &+= other.sums[index] }
        }
        assignments.formUnion(other.assignments)
        totalWeight += other.totalWeight
    }

    /// The mean model in the place of a difference; parameters of `local` blocks are 0.
    consuming func report() throws(AggregationError) -> Aggregate {
        guard canReport else { throw .empty }
        let divisor = unitsPerOne * Double(totalWeight)
        var mean = [Float](repeating: 0, count: shape.schema.count)
        var next = 0
        for section in plan.up {
            for parameter in shape.schema.parameterRange(ofBlocks: section.blocks) {
                mean[parameter] = Float(Double(sums[next]) / divisor)
                next += 1
            }
        }
        return Aggregate(delta: mean, updateCount: assignments.count, totalWeight: totalWeight)
    }
}
