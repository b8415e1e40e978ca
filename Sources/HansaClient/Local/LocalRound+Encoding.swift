#if !hasFeature(Embedded)
public import HansaCore
public import HansaNumerics
import HansaQuantization

extension LocalRound {
    /// Encodes what training left by the plan, and notes what the client remembers of it.
    ///
    /// Where the plan asks for differences, the integers of the whole vector are made as ever, clipped and noised afresh,
    /// and what is sent is their difference to the integers that the coordinator holds. The bound of the whole vector's
    /// lattice is half the plan's, so that the difference lies on the plan's.
    /// - seealso: `UpdateEncoder`; PRIVACY.md §7.
    public func encode(
        _ training: Result<TrainedModel, RefusalReason>,
        words: RandomStream,
        noiseKey: NoiseKey?,
        noiseStation: NoiseStation? = nil
    ) -> Result<TrainedUpdate, RefusalReason> {
        if let form = assignment.plan.insecureForm {
            return encodeInsecurely(training, form: form, words: words)
        }
        let isDifference: Bool
        if case .gradient(_, isDifference: true) = assignment.plan.algorithm {
            isDifference = true
        } else {
            isDifference = false
        }
        guard let plan = isDifference ? assignment.plan.ofWholeVectors : assignment.plan else {
            return .failure(.trainingFailed)
        }
        let result = UpdateEncoder.encode(
            training,
            model: reference,
            plan: plan,
            schema: schema,
            words: words,
            noiseKey: noiseKey,
            noiseStation: noiseStation
        )
        guard case .success(var update) = result else { return result }
        let memory = remember(update.encoded.payload)
        if isDifference {
            guard let difference = difference(of: update.encoded.payload) else { return .failure(.missingState) }
            let failure = update.failure
            update.encoded.payload = difference
            update = TrainedUpdate(encoded: update.encoded, summary: update.summary)
            update.failure = failure
        }
        if case .success(let trained) = training { update.expertLoads = trained.expertLoads }
        update.localState = memory?.bytes ?? []
        return .success(update)
    }

    /// The whole vector's integers minus those that the coordinator holds; nil where the latter were made by another plan.
    private func difference(of payload: [UInt8]) -> [UInt8]? {
        guard let held = entry?.bytes else { return payload }
        guard held.count == payload.count else { return nil }
        var difference: [UInt8] = []
        difference.reserveCapacity(payload.count)
        var start = 0
        do throws(QuantizationError) {
            for section in assignment.plan.up {
                guard case .packed(let lattice, let width) = section.encoding else { return nil }
                let count = schema.parameterRange(ofBlocks: section.blocks).count
                let end = start + section.byteCount(parameterCount: count)
                var values = try PackedLayout.unpack(Array(payload[start..<end]), count: count, width: width)
                let old = try PackedLayout.unpack(Array(held[start..<end]), count: count, width: width)
                let half = lattice.bound / 2
                // What was kept may be of another plan, or damaged.
                guard old.allSatisfy({ abs(Int64($0)) <= half }) else { return nil }
                // Bounds: both lie within half the lattice, whose bound is a positive Int32.
                for index in values.indices { values[index] &-= old[index] }
                difference += try PackedLayout.pack(values, width: width)
                start = end
            }
        } catch {
            return nil
        }
        return difference
    }
}

extension RoundPlan {
    /// The plan by which a vector is encoded whose difference to another such vector lies on this plan's lattices.
    fileprivate var ofWholeVectors: RoundPlan? {
        var plan = self
        for (index, section) in up.enumerated() {
            guard case .packed(let lattice, let width) = section.encoding else { return nil }
            do throws(QuantizationError) {
                let half = try Lattice(step: lattice.step, shift: lattice.shift, bound: lattice.bound / 2)
                plan.up[index].encoding = .packed(half, width)
            } catch {
                return nil
            }
        }
        return plan
    }
}
#endif
