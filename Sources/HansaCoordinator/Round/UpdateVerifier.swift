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
        guard report.planDigest == planDigest else { throw .planMismatch }
        let returnsLoss = plan.returnedFields.contains(.trainingLoss)
        guard (report.trainingLoss != nil) == returnsLoss, report.trainingLoss.map(\.isFinite) ?? true else {
            throw .invalidFields
        }
        guard let weight = plan.weighting.coordinatorWeight(declaredSampleCount: report.sampleCount) else {
            throw .invalidWeight
        }
        guard update.payload.count == plan.updateByteCount(schema: schema) else { throw .wrongByteCount }
        guard SHA256Digest(hashing: update.payload) == report.payloadDigest else { throw .digestMismatch }
        guard UpdatePipeline.isOnLattice(update.payload, plan: plan, schema: schema) else { throw .outsideLattice }
        return weight
    }
}
