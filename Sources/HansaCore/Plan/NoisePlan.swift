/// The noise a plan asks for, and who adds it.
///
/// Only `none` exists so far; the pipeline has the noise's place between rounding and packing.
public enum NoisePlan: Hashable, Sendable {
    /// No noise, no privacy claim.
    case none
}
