public import HansaCore
public import HansaNumerics

/// The checks that an update passes before it becomes durable; nothing of it is believed before.
public enum UpdateVerifier {
    /// Returns the integer weight of a good update.
    ///
    /// The order is from cheap to dear: plan, fields, weight, length, digest, and last every integer's range.
    public static func verify(
        _ update: ClientUpdate,
        plan: RoundPlan,
        planDigest: SHA256Digest,
        schema: ParameterSchema
    ) throws(RefusalReason) -> Int64 {
        let report = update.report
        let weight = try verify(
            report,
            byteCount: UInt64(update.payload.count),
            plan: plan,
            planDigest: planDigest,
            schema: schema
        )
        guard SHA256Digest(hashing: update.payload) == report.payloadDigest else { throw .digestMismatch }
        guard UpdatePipeline.isOnLattice(update.payload, plan: plan, schema: schema) else { throw .outsideLattice }
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
        guard let weight = plan.weighting.coordinatorWeight(declaredSampleCount: report.sampleCount) else {
            throw .invalidWeight
        }
        guard byteCount == UInt64(plan.updateByteCount(schema: schema)) else { throw .wrongByteCount }
        return weight
    }
}
