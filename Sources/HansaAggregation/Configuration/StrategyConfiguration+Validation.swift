import HansaCore
import HansaQuantization

extension StrategyConfiguration {
    /// Refuses what no strategy could plan with, before the model is known, and what does not go together.
    ///
    /// - Parameter traits: what the strategy does that decides what it goes together with.
    public func validate(traits: Set<StrategyTrait> = []) throws(ConfigurationError) {
        guard work.isValid else {
            throw .invalidValue(
                key: "work",
                got: "\(work.epochs) epochs, rate \(work.learningRate), momentum \(work.momentum), "
                    + "decay \(work.weightDecay), gradient clip \(work.gradientNormMax), proximal \(work.proximal), "
                    + "optimizer \(work.optimizer)",
                expected:
                    "at least 1 epoch; a rate, decay, clip and proximal term that are finite and at least 0; a momentum "
                    + "of at least 0 and below 1, and 0 with adam; betas of at least 0 and below 1; an epsilon above 0"
            )
        }
        try schedule.validate()
        guard weighting.isValid else {
            throw .invalidValue(key: "weighting", got: "a cap of 0", expected: "a cap of at least 1")
        }
        do throws(QuantizationError) { try clip.validate() } catch {
            throw .invalidValue(key: "clip", got: "\(clip)", expected: "a finite bound above 0")
        }
        do throws(QuantizationError) { try widths.validate() } catch {
            throw .invalidValue(
                key: "widths",
                got: "\(widths)",
                expected: "a schedule of at least 1 round that does not rise"
            )
        }
        guard ReturnedFields.known.isSuperset(of: returnedFields) else {
            throw .invalidValue(key: "returnedFields", got: "an unknown field", expected: "sampleCount, trainingLoss")
        }
        guard !ranges.isEmpty else {
            throw .missing(key: "ranges", expected: "the range of an update's coordinates")
        }
        for (index, range) in ranges.enumerated() where !(range.range.isFinite && range.range > 0) {
            throw .invalidValue(
                key: "ranges[\(index)].range",
                got: "\(range.range)",
                expected: "a finite number above 0"
            )
        }
        try optimizer.validate()
        try noise?.validate()
        try Composition(self, traits: traits).check()
    }
}
