import HansaNumerics
public import HansaPrivacy

/// The key of one payload's noise: no two payloads of a run share a stream (PRIVACY.md §5).
///
/// SHA-256 of a label, the root, the run, round, attempt, client and fence of the assignment, the payload's kind, the
/// purpose and the plan's digest. The root is fresh from the operating system for each training, so that a retrained
/// update meets no old noise either; where the plan's noise is seeded, it follows from the seed.
public struct NoiseKey: Sendable {
    /// Whose noise it is.
    public enum Purpose: UInt8, Sendable {
        /// A client's own.
        case client = 1
        /// The coordinator's, added to a sum.
        case coordinator = 2
    }

    /// The key's 32 bytes.
    public let bytes: [UInt8]

    /// - Parameters:
    ///   - root: 32 bytes.
    ///   - payloadKind: 0 for the update; another number for each further payload of an assignment.
    public init(
        root: [UInt8],
        run: RunID,
        assignment: AssignmentID,
        planDigest: SHA256Digest,
        payloadKind: UInt8 = 0,
        purpose: Purpose
    ) {
        var writer = ByteWriter(reservingCapacity: 160)
        writer.writeRaw("hansa noise key 1".bytes)
        writer.writeCounted(root)
        writer.write(run.high)
        writer.write(run.low)
        writer.write(assignment.round)
        writer.write(assignment.attempt)
        writer.write(assignment.client.number)
        writer.write(assignment.fence)
        writer.write(payloadKind)
        writer.write(purpose.rawValue)
        writer.writeRaw(planDigest.bytes)
        bytes = SHA256Digest(hashing: writer.bytes).bytes
    }

    /// The key of a client's noise for its update; nil where the plan wants no noise of it.
    ///
    /// - Parameter seed: the client's own seed, which a plan with seeded noise needs and no other plan uses.
    public static func client(
        _ assignment: AssignmentID,
        plan: RoundPlan,
        seed: UInt64?
    ) throws(PrivacyError) -> NoiseKey? {
        guard let noise = plan.noise.noise, try noise.clientMechanism() != nil else { return nil }
        let root: [UInt8]
        switch noise.source {
        case .system: root = try NoiseStream.systemKey()
        case .seeded:
            guard let seed else { throw .noRandomness }
            root = insecureRoot(seed: seed)
        }
        return NoiseKey(root: root, run: plan.run, assignment: assignment, planDigest: plan.digest, purpose: .client)
    }

    /// A root that follows from a seed: the noise can be subtracted by whoever knows it and gives no privacy.
    public static func insecureRoot(seed: UInt64) -> [UInt8] {
        var writer = ByteWriter()
        writer.writeRaw("hansa insecure noise root 1".bytes)
        writer.write(seed)
        return SHA256Digest(hashing: writer.bytes).bytes
    }
}
