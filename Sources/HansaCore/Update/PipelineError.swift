public import HansaPrivacy
public import HansaQuantization

/// Why a client cannot turn its training into an update.
public enum PipelineError: Error, Equatable, Sendable {
    /// Another number of parameters than the schema has.
    case wrongParameterCount(got: Int, expected: Int)
    /// The weight rule needs at least one example.
    case noExamples
    /// The plan does not fit the schema.
    case invalidPlan(PlanError)
    /// The noise could not be drawn, or there is no key to draw it with.
    case noise(PrivacyError)
    /// Clipping, rounding or packing refused.
    case quantization(QuantizationError)
}
