/// Why there is no plan for a wish.
public enum NoisePlanError: Error, Hashable, Sendable {
    case invalidClip(got: Double)
    case invalidDimension(got: Int)
    case invalidCohort
    case invalidRounds(got: UInt64)
    case invalidEpsilon(got: Double)
    case invalidDelta(got: Double)
    /// `distributed` needs noise whose sums are of its kind.
    case sharesDoNotAddUp(NoiseLaw)
    /// The coarsest step that rounding allows already needs more bits, for its noise or its bound.
    case widthTooSmall(got: Int, expected: Int)
    /// No parameter within range gives this ε.
    case unattainable

    /// What was expected and what helps, for a person.
    public var message: String {
        switch self {
        case .invalidClip(let got): "clip is \(got); expected a finite number above 0"
        case .invalidDimension(let got): "dimension is \(got); expected 1 to 2^40 coordinates"
        case .invalidCohort: "cohort is 0; expected at least one client"
        case .invalidRounds(let got): "rounds is \(got); expected 1 to \(NoiseCalibration.roundsMax)"
        case .invalidEpsilon(let got): "epsilon is \(got); expected a finite number above 0"
        case .invalidDelta(let got):
            "delta is \(got); expected at least 0 and below 1, and above 0 for all noise but discrete-laplace"
        case .sharesDoNotAddUp(let law):
            "shares of \(law.rawValue) do not add up to noise of its kind; use --mechanism skellam, or another placement"
        case .widthTooSmall(let got, let expected):
            "\(got) bits do not hold the coarsest lattice and its noise; expected at least \(expected) bits "
                + "(--bits \(expected)), or a larger epsilon, fewer rounds, fewer parameters, or --placement central"
        case .unattainable:
            "no noise on this lattice gives this epsilon; take a larger one, fewer rounds or fewer parameters"
        }
    }
}
