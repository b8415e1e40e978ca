import HansaCore
import HansaNumerics

/// The checks that an update passes before it becomes durable; nothing of it is believed before.
enum UpdateVerifier {
    /// Returns the integer weight of a good update.
    ///
    /// The order is from cheap to dear: plan, fields, weight, length, digest, and last every integer's range. What was
    /// found out about the payload while it arrived is not computed again.
    static func verify(
        _ received: ReceivedUpdate,
        plan: RoundPlan,
        planDigest: SHA256Digest,
        schema: ParameterSchema
    ) throws(RefusalReason) -> Int64 {
        let update = received.update
        let report = update.report
        let weight = try verify(
            report,
            byteCount: UInt64(update.payload.count),
            plan: plan,
            planDigest: planDigest,
            schema: schema
        )
        let digest = received.payloadDigest ?? SHA256Digest(hashing: update.payload)
        guard digest == report.payloadDigest else { throw .digestMismatch }
        if received.checkedPlan == planDigest { return weight }
        guard
            UpdatePipeline.isOnLattice(
                update.payload,
                plan: plan,
                schema: schema,
                expertLoads: report.expertLoads
            )
        else { throw .outsideLattice }
        return weight
    }

    /// Returns the integer weight of an update whose payload is not here yet: the checks that need only its header.
    static func verify(
        _ report: UpdateReport,
        byteCount: UInt64,
        plan: RoundPlan,
        planDigest: SHA256Digest,
        schema: ParameterSchema
    ) throws(RefusalReason) -> Int64 {
        guard report.planDigest == planDigest else { throw .planMismatch }
        let returnsLoss = plan.returnedFields.contains(.trainingLoss)
        guard (report.trainingLoss != nil) == returnsLoss, report.trainingLoss.map(\.isFinite) ?? true else {
            throw .invalidFields
        }
        let expertCount = plan.returnedFields.contains(.expertLoads) ? schema.experts.count : 0
        guard report.expertLoads.count == expertCount else { throw .invalidFields }
        guard let weight = plan.weighting.coordinatorWeight(declaredSampleCount: report.sampleCount) else {
            throw .invalidWeight
        }
        let allowed = plan.updateByteCounts(schema: schema, expertLoads: report.expertLoads)
        guard let count = Int(exactly: byteCount), allowed.contains(count) else { throw .wrongByteCount }
        return weight
    }
}
