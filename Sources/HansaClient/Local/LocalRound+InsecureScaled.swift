#if !hasFeature(Embedded)
import HansaCore
import HansaNumerics
import HansaQuantization

/// What AQ-DP's paper mode learns of the client's data while it trains.
struct InsecureTrainingFacts {
    /// λ, the largest quotient of changes of a mini-batch's gradient and of the parameters from one epoch to the next.
    var smoothness = 0.0
    /// H/H_max of the client's labels.
    var homogeneity = 0.0
    /// How many steps were clipped.
    var clippedCount = 0
}

/// The client's round of AQ-DP's released code: L1-clipped descent, Laplace noise on the model, quantization.
extension LocalRound {
    /// Gradients that are kept to estimate λ: at most so many numbers, behind which batches are left out.
    private static let keptCountMax = 1 << 25

    /// For each batch B of each epoch: g ← ∇F(w; B), g ← g · min(1, C/(‖g‖₁ + 1e-6)), w ← w − ηg.
    ///
    /// λ compares the gradient of each batch before the clip, and the parameters that it was taken at, with those of the
    /// batch of the same number in the epoch before.
    mutating func insecureSteps<Trainer: GradientTrainer>(
        _ parameters: inout [Float],
        _ trainer: inout Trainer,
        form: InsecureScaledForm,
        _ stream: inout RandomStream
    ) throws(Trainer.Failure) -> TrainingSummary {
        let work = assignment.plan.work
        var facts = InsecureTrainingFacts()
        facts.homogeneity = ClientImportance.homogeneity(ofLabelCounts: trainer.labelCounts())
        var order = [UInt32](0..<UInt32(clamping: trainer.exampleCount))
        let size = work.batchSize == 0 ? max(order.count, 1) : Int(work.batchSize)
        let keptMax = form.estimatesSmoothness ? Self.keptCountMax / max(1, 2 * parameters.count) : 0
        var kept: [(parameters: [Float], gradient: [Float])] = []
        var gradient = [Float](repeating: 0, count: parameters.count)
        var (loss, stepCount) = (0.0, 0)
        for epoch in 0..<work.epochs {
            if work.shuffles { stream.shuffle(&order) }
            for (number, start) in stride(from: 0, to: order.count, by: size).enumerated() {
                let batch = Array(order[start..<min(start + size, order.count)])
                loss += try trainer.gradient(at: parameters, of: batch, word: stream.next64(), into: &gradient)
                stepCount += 1
                if number < keptMax {
                    if epoch > 0 {
                        let moved = Self.distance(parameters, kept[number].parameters)
                        if moved > 0 {
                            let changed = Self.distance(gradient, kept[number].gradient)
                            facts.smoothness = max(facts.smoothness, changed / moved)
                        }
                        kept[number] = (parameters, gradient)
                    } else {
                        kept.append((parameters, gradient))
                    }
                }
                let factor = Self.clipFactor(gradient, bound: form.gradientBound)
                if factor < 1 { facts.clippedCount += 1 }
                let rate = work.learningRate
                for index in parameters.indices { parameters[index] -= rate * (factor * gradient[index]) }
            }
        }
        insecureFacts = facts
        return TrainingSummary(stepCount: stepCount, meanLoss: loss / Double(max(1, stepCount)))
    }

    /// Adds the noise, chooses the width and quantizes; numbers beyond the form's bound are limited to it and counted.
    func encodeInsecurely(
        _ training: Result<TrainedModel, RefusalReason>,
        form: InsecureScaledForm,
        words: RandomStream
    ) -> Result<TrainedUpdate, RefusalReason> {
        let plan = assignment.plan
        let trained: TrainedModel
        switch training {
        case .success(let model): trained = model
        case .failure(let reason): return .failure(reason)
        }
        guard trained.parameters.count == schema.count, trained.sampleCount >= 1,
            (try? plan.validate(schema: schema, cohortMax: 1)) != nil
        else { return .failure(.trainingFailed) }
        let facts = insecureFacts ?? InsecureTrainingFacts()
        let scale = form.noiseScale(
            smoothness: form.smoothness ?? facts.smoothness,
            exampleCount: trained.sampleCount,
            epochs: Int(plan.work.epochs),
            rate: Double(plan.work.learningRate)
        )
        let importance = form.importance?.value(
            homogeneity: facts.homogeneity,
            sampleCount: trained.sampleCount,
            sampleCountMax: Int(form.sampleCountMax)
        )
        var words = words
        var values: [Float] = []
        var limitedCount = 0
        for section in plan.up {
            for index in schema.parameterRange(ofBlocks: section.blocks) {
                let value = Double(trained.parameters[index]) + (scale > 0 ? Self.laplace(scale, &words) : 0)
                let bound = Double(form.magnitudeMax)
                let limited = min(max(value, -bound), bound)
                if limited != value { limitedCount += 1 }
                values.append(Float(limited))
            }
        }
        do throws(QuantizationError) {
            let payload = try InsecureScaledPayload(
                values,
                groupCounts: InsecureScaledPayload.groupCounts(
                    of: plan.up,
                    schema: schema,
                    granularity: form.granularity
                ),
                form: form,
                width: form.width(importance: importance ?? 1),
                words: &words
            )
            let encoded = EncodedUpdate(
                payload: payload.bytes,
                declaredSampleCount: plan.weighting.declaredSampleCount(of: trained.sampleCount),
                saturatedCount: limitedCount,
                wasClipped: facts.clippedCount > 0
            )
            return .success(TrainedUpdate(encoded: encoded, summary: trained.summary))
        } catch {
            return .failure(.trainingFailed)
        }
    }

    /// min(1, C/(‖g‖₁ + 1e-6)); 1 without a bound.
    private static func clipFactor(_ gradient: [Float], bound: Float) -> Float {
        guard bound > 0 else { return 1 }
        var norm = 0.0
        for value in gradient { norm += Double(value.magnitude) }
        return Float(min(1, Double(bound) / (norm + 1e-6)))
    }

    /// ‖a − b‖₁.
    private static func distance(_ left: [Float], _ right: [Float]) -> Double {
        var sum = 0.0
        for (a, b) in zip(left, right) { sum += Double((a - b).magnitude) }
        return sum
    }

    /// A draw of the Laplace law by the inverse of its distribution function, in floating point: such draws tell more than
    /// their scale says (Mironov 2012), which is the paper's matter and not ours.
    private static func laplace(_ scale: Double, _ words: inout RandomStream) -> Double {
        // Uniform on (−1/2, 1/2), never an end.
        let uniform = (Double(words.next64() >> 12) + 0.5) * 0x1p-52 - 0.5
        let magnitude = -scale * DeterministicMath.log(1 - 2 * uniform.magnitude)
        return uniform < 0 ? -magnitude : magnitude
    }
}
#endif
