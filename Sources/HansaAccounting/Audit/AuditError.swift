public import HansaCore
public import HansaPrivacy
public import HansaQuantization

/// Why there is no audit.
public enum AuditError: Error, Equatable, Sendable {
    case invalidClaim(got: Double)
    case invalidDimension(got: Int, max: Int)
    case invalidTrialCount(got: Int, max: Int)
    /// Placement, mechanism, cohort and claim make no plan that clients follow.
    case plan(PlanError)
    case pipeline(PipelineError)
    case noise(PrivacyError)
    case quantization(QuantizationError)
    /// The coordinator's half refused what the client's half made.
    case aggregation
}
