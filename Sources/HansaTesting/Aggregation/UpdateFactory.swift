public import HansaAggregation
public import HansaCore
public import HansaNumerics
import HansaQuantization

/// Random valid updates of a plan, the same for the same seed.
///
/// One integer in eight is the lattice's bound with either sign, so that sums reach their extremes; the others are
/// uniform. Weights are uniform over what the plan allows.
public struct UpdateFactory: Sendable {
    private let schema: ParameterSchema
    private let plan: RoundPlan
    private let seed: UInt64

    public init(schema: ParameterSchema, plan: RoundPlan, seed: UInt64) {
        self.schema = schema
        self.plan = plan
        self.seed = seed
    }

    /// A client's update as an aggregator sees it.
    public func verifiedUpdate(of client: UInt32) -> VerifiedUpdate {
        var stream = stream(of: client)
        let weight = 1 + Int64(stream.next(below: UInt64(plan.weighting.weightMax)))
        return VerifiedUpdate(
            assignment: assignment(of: client),
            role: plan.role,
            weight: weight,
            payload: payload(from: &stream),
            trainingLoss: plan.returnedFields.contains(.trainingLoss) ? 0.5 : nil
        )
    }

    /// The updates of clients 0 ..< `count`.
    public func verifiedUpdates(_ count: Int) -> [VerifiedUpdate] {
        (0..<UInt32(count)).map { verifiedUpdate(of: $0) }
    }

    /// The same update as the client sends it, header and payload.
    public func clientUpdate(of client: UInt32) -> ClientUpdate {
        let update = verifiedUpdate(of: client)
        var sampleCount: UInt32 = 0
        if case .samples = plan.weighting { sampleCount = UInt32(clamping: update.weight) }
        return ClientUpdate(
            report: UpdateReport(
                assignment: update.assignment,
                planDigest: plan.digest,
                sampleCount: sampleCount,
                trainingLoss: update.trainingLoss,
                payloadDigest: SHA256Digest(hashing: update.payload)
            ),
            payload: update.payload
        )
    }

    private func assignment(of client: UInt32) -> AssignmentID {
        AssignmentID(round: plan.round, attempt: plan.attempt, client: ClientID(client), fence: 0)
    }

    private func stream(of client: UInt32) -> RandomStream {
        RandomStream(seed: seed, round: plan.round, client: client, purpose: .rounding)
    }

    private func payload(from stream: inout RandomStream) -> [UInt8] {
        var payload: [UInt8] = []
        for section in plan.up {
            guard case .packed(let lattice, let width) = section.encoding else { continue }
            let count = schema.parameterRange(ofBlocks: section.blocks).count
            var bytes = [UInt8](repeating: 0, count: NaivePacking.byteCount(count: count, bits: width.bits))
            for index in 0..<count {
                let q =
                    switch stream.next(below: 16) {
                    case 0: lattice.bound
                    case 1: -lattice.bound
                    default: Int64(stream.next(below: UInt64(2 * lattice.bound + 1))) - lattice.bound
                    }
                NaivePacking.write(q, to: &bytes, at: index, count: count, bits: width.bits)
            }
            payload += bytes
        }
        return payload
    }
}
