import HansaAccounting
import HansaAggregation
import HansaCore
import HansaPrivacy
import HansaQuantization

/// The published sum of one client's update under central noise: the client's pipeline, then the aggregator that a
/// coordinator runs, with a new root of its noise each time.
struct CentralRelease: AuditedRelease {
    let views: [AuditView]
    private let audited: AuditPlan
    private let client: ClientRelease
    private let shape: AggregationShape
    private let seed: UInt64?
    private let inverseStep: Float

    init(_ audited: AuditPlan, client: ClientRelease, seed: UInt64?) throws(AuditError) {
        self.audited = audited
        self.client = client
        self.seed = seed
        guard case .packed(let lattice, _) = audited.plan.up.first?.encoding else {
            throw .quantization(.invalidLattice)
        }
        // A power of two, as audits' steps are: the sum's integers come back exactly.
        inverseStep = Float(1 / lattice.ownStep)
        do throws(PlanError) {
            shape = try AggregationShape(schema: audited.schema, plans: [.trainer: audited.plan], cohortMax: 1)
            guard let event = try audited.plan.releaseEvent(schema: audited.schema) else { throw .invalidNoise }
            views = [AuditView(adversary: "model reader", event: event)]
        } catch {
            throw .plan(error)
        }
    }

    func statistics(isPlus: Bool, trial: UInt32) throws(AuditError) -> [[Int64]] {
        let payload = try client.payload(audited.input(isPlus: isPlus), client: 0, isPlus: isPlus, trial: trial)
        let root = try noiseRoot(isPlus: isPlus, trial: trial)
        let sum: [Float]
        do throws(AggregationError) {
            var aggregator = try MeanAggregator(shape: shape, denominator: .constant(1))
            let id = AssignmentID(round: 1, attempt: 0, client: ClientID(0), fence: 0)
            try aggregator.accumulate(VerifiedUpdate(assignment: id, weight: 1, payload: payload))
            try aggregator.addNoise(root: root)
            sum = try aggregator.report().delta
        } catch {
            throw .aggregation
        }
        let integers = sum.prefix(2).map { Int64($0 * inverseStep) }
        return [AuditStatistic.values(of: integers, byteCount: 0)]
    }

    private func noiseRoot(isPlus: Bool, trial: UInt32) throws(AuditError) -> [UInt8] {
        // Another seed for every trial of either input.
        if let seed { return NoiseKey.insecureRoot(seed: seed &+ (UInt64(trial) << 1 | (isPlus ? 1 : 0))) }
        do throws(PrivacyError) { return try NoiseStream.systemKey() } catch { throw .noise(error) }
    }
}
