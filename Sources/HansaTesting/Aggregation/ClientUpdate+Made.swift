public import HansaCore
public import HansaNumerics

extension ClientUpdate {
    /// The update that a made-up client sends for its work: pseudo-random parameters that follow from the assignment, a
    /// sample count and a loss from the client's number.
    ///
    /// - Parameter salt: another one gives another update for the same work.
    public static func made(
        for assignment: Assignment,
        schema: ParameterSchema,
        salt: UInt32 = 0
    ) throws(PipelineError) -> ClientUpdate {
        let (id, plan) = (assignment.id, assignment.plan)
        var stream = RandomStream(
            seed: 7,
            round: id.round,
            client: id.client.number,
            purpose: .initialization,
            attempt: salt
        )
        let received = [Float](repeating: 0, count: schema.count)
        let encoded = try UpdatePipeline.encode(
            local: received.map { _ in 1.8 * stream.nextFloat() - 0.9 },
            received: received,
            sampleCount: 10 + Int(id.client.number),
            plan: plan,
            schema: schema,
            words: &stream,
            noiseKey: try? NoiseKey.client(id, plan: plan, seed: 7)
        )
        return ClientUpdate(
            report: UpdateReport(
                assignment: id,
                planDigest: plan.digest,
                sampleCount: encoded.declaredSampleCount,
                trainingLoss: plan.returnedFields.contains(.trainingLoss) ? Float(id.client.number) : nil,
                payloadDigest: SHA256Digest(hashing: encoded.payload)
            ),
            payload: encoded.payload
        )
    }
}
