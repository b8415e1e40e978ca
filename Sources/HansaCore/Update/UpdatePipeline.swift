public import HansaNumerics
import HansaPrivacy
internal import HansaQuantization

/// The stations between a trained model and the bytes that leave a device, and their mirror on the coordinator.
///
/// Client half, in this order: delta = local − received, weight, clip, round to the plan's lattice, noise, pack.
/// Coordinator half: check the bytes against the plan; exact sums and dequantization follow in the aggregator.
public enum UpdatePipeline {
    /// Turns a local training into an update of the plan.
    ///
    /// - Parameters:
    ///   - local: the trained parameters, in schema order.
    ///   - received: the round's model, in schema order.
    ///   - sampleCount: the examples trained on, at least 1.
    ///   - words: randomness for rounding; never for noise.
    ///   - noiseKey: the key of the plan's noise, used for this payload only; nil where the client adds none.
    ///   - noiseStation: the plan's noise station, where it is kept for several payloads.
    ///   - omitted: the sections that are left out, see ``RoundPlan/omittedSections(schema:expertLoads:)``.
    public static func encode(
        local: [Float],
        received: [Float],
        sampleCount: Int,
        plan: RoundPlan,
        schema: ParameterSchema,
        words: inout some RandomWords,
        noiseKey: NoiseKey? = nil,
        noiseStation: NoiseStation? = nil,
        omitted: OmittedSections = OmittedSections()
    ) throws(PipelineError) -> EncodedUpdate {
        guard local.count == schema.count else {
            throw .wrongParameterCount(got: local.count, expected: schema.count)
        }
        guard received.count == schema.count else {
            throw .wrongParameterCount(got: received.count, expected: schema.count)
        }
        guard sampleCount >= 1 else { throw .noExamples }
        // The plan came over the wire: sections that do not fit the schema end here and not in an index.
        do throws(PlanError) { try plan.validate(schema: schema, cohortMax: 1) } catch { throw .invalidPlan(error) }
        let factor = Float(plan.weighting.clientFactor(sampleCount: sampleCount))
        var update: EncodedUpdate
        if plan.clip == .none {
            do throws(QuantizationError) {
                update = try packIndependently(
                    local: local,
                    received: received,
                    factor: factor,
                    plan: plan,
                    schema: schema,
                    omitted: omitted,
                    words: &words
                )
            } catch {
                throw .quantization(error)
            }
        } else {
            var rounded: (values: [Int32], wasClipped: Bool)
            do throws(QuantizationError) {
                var delta = try FlatVector.difference(local, received)
                if factor != 1 { FlatVector.scale(&delta, by: factor) }
                rounded = try roundBounded(gather(delta, plan: plan, schema: schema), plan: plan, words: &words)
            } catch {
                throw .quantization(error)
            }
            let limitedCount = try addNoise(
                to: &rounded.values,
                plan: plan,
                key: noiseKey,
                station: noiseStation
            )
            do throws(QuantizationError) {
                update = try pack(rounded.values, plan: plan, schema: schema, omitted: omitted)
            } catch {
                throw .quantization(error)
            }
            update.wasClipped = rounded.wasClipped
            update.saturatedCount = limitedCount
        }
        update.declaredSampleCount = plan.weighting.declaredSampleCount(of: sampleCount)
        return update
    }

    /// Whether the payload has the plan's length, every integer lies within its lattice, and padding is zero.
    ///
    /// The plan is the coordinator's own and was validated against the schema.
    ///
    /// - Parameter expertLoads: what the client reports of its experts, which says what it may leave out.
    public static func isOnLattice(
        _ payload: [UInt8],
        plan: RoundPlan,
        schema: ParameterSchema,
        expertLoads: [UInt32] = []
    ) -> Bool {
        #if !hasFeature(Embedded)
        if let form = plan.insecureForm {
            let read = try? InsecureScaledPayload(payload, form: form, sections: plan.up, schema: schema)
            return read != nil
        }
        #endif
        guard payload.count == plan.updateByteCount(schema: schema, expertLoads: expertLoads) else { return false }
        let omitted = plan.omittedSections(schema: schema, expertLoads: expertLoads)
        return payload.withUnsafeBytes { bytes in
            var start = 0
            for (index, section) in plan.up.enumerated() where !omitted[index] {
                guard case .packed(let lattice, let width) = section.encoding else { return false }
                let count = schema.parameterRange(ofBlocks: section.blocks).count
                let end = start + section.byteCount(parameterCount: count)
                do throws(QuantizationError) {
                    try PackedLayout.verify(
                        // Bounds: the sections' lengths add up to the payload's, which was compared above.
                        UnsafeRawBufferPointer(rebasing: bytes[start..<end]),
                        count: count,
                        width: width,
                        bound: lattice.bound
                    )
                } catch {
                    return false
                }
                start = end
            }
            return true
        }
    }

    /// Each coordinate by itself, section by section: no norm bound, coordinates beyond the range are cut.
    ///
    /// Differences are made piece by piece and rounded while they are in the processor's cache, with the bits of the
    /// stations one after the other.
    private static func packIndependently(
        local: [Float],
        received: [Float],
        factor: Float,
        plan: RoundPlan,
        schema: ParameterSchema,
        omitted: OmittedSections,
        words: inout some RandomWords
    ) throws(QuantizationError) -> EncodedUpdate {
        var byteCount = 0
        for (index, section) in plan.up.enumerated() where !omitted[index] {
            byteCount += section.byteCount(parameterCount: schema.parameterRange(ofBlocks: section.blocks).count)
        }
        var saturatedCount = 0
        var failure: QuantizationError?
        let payload = [UInt8](unsafeUninitializedCapacity: byteCount) { payload, initialized in
            var end = 0
            for (index, section) in plan.up.enumerated() where !omitted[index] {
                let range = schema.parameterRange(ofBlocks: section.blocks)
                let start = end
                end += section.byteCount(parameterCount: range.count)
                do throws(QuantizationError) {
                    guard case .packed(let lattice, let width) = section.encoding else { throw .invalidLattice }
                    saturatedCount += try DeltaRounding(lattice: lattice, width: width, key: words.next64()).pack(
                        local: local,
                        received: received,
                        range: range,
                        factor: factor,
                        // Bounds: the sections' lengths add up to the payload's.
                        into: UnsafeMutableBufferPointer(rebasing: payload[start..<end])
                    )
                } catch {
                    failure = error
                    return
                }
            }
            initialized = byteCount
        }
        if let failure { throw failure }
        return EncodedUpdate(
            payload: payload,
            declaredSampleCount: 0,
            saturatedCount: saturatedCount,
            wasClipped: false
        )
    }

    /// Integers within the plan's joint norm bound, and whether the bound took effect.
    private static func roundBounded(
        _ sent: [Float],
        plan: RoundPlan,
        words: inout some RandomWords
    ) throws(QuantizationError) -> (values: [Int32], wasClipped: Bool) {
        guard let lattice = plan.commonLattice else { throw .invalidLattice }
        switch plan.clip {
        case .none: throw .invalidClip
        case .l1(let bound):
            return try SystematicRounding(clip: bound, step: lattice.ownStep).round(sent, draw: words.next64())
        case .l2(let bound):
            return try ConditionalRounding(count: sent.count, clip: bound, step: lattice.ownStep)
                .round(sent, key: words.next64())
        }
    }

    /// Adds the client's noise, if the plan wants any of it; returns how many sums were limited to the lattice.
    private static func addNoise(
        to values: inout [Int32],
        plan: RoundPlan,
        key: NoiseKey?,
        station: NoiseStation?
    ) throws(PipelineError) -> Int {
        guard let lattice = plan.commonLattice, let noise = plan.noise.noise else { return 0 }
        do throws(PrivacyError) {
            guard let mechanism = try noise.clientMechanism() else { return 0 }
            guard let key else { throw .noRandomness }
            let bound = Int32(truncatingIfNeeded: lattice.bound)
            guard let station else { return try NoiseStation(mechanism).add(to: &values, bound: bound, key: key) }
            // A station of another law has the noise of another plan.
            guard station.mechanism == mechanism else { throw .invalidParameter }
            return try station.add(to: &values, bound: bound, key: key)
        } catch {
            throw .noise(error)
        }
    }

    /// The coordinates that leave the device, in order: what the joint norm bound is about.
    private static func gather(_ delta: [Float], plan: RoundPlan, schema: ParameterSchema) -> [Float] {
        let ranges = plan.up.map { schema.parameterRange(ofBlocks: $0.blocks) }
        if ranges.count == 1, ranges[0] == 0..<delta.count { return delta }
        var sent: [Float] = []
        sent.reserveCapacity(plan.updateParameterCount(schema: schema))
        // Bounds: an array's subscript, which is checked.
        for range in ranges { sent.append(contentsOf: delta[range]) }
        return sent
    }

    private static func pack(
        _ values: [Int32],
        plan: RoundPlan,
        schema: ParameterSchema,
        omitted: OmittedSections
    ) throws(QuantizationError) -> EncodedUpdate {
        var payload: [UInt8] = []
        var start = 0
        for (index, section) in plan.up.enumerated() {
            guard case .packed(_, let width) = section.encoding else { throw .invalidLattice }
            let end = start + schema.parameterRange(ofBlocks: section.blocks).count
            if !omitted[index] {
                payload.append(contentsOf: try PackedLayout.pack(Array(values[start..<end]), width: width))
            }
            start = end
        }
        return EncodedUpdate(payload: payload, declaredSampleCount: 0, saturatedCount: 0, wasClipped: false)
    }
}
