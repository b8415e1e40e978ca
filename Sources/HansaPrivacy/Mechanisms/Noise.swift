/// The noise of a plan: its law, who adds it, and where its bits come from.
public struct Noise: Hashable, Sendable {
    /// The law of the whole noise: of each update under ``NoisePlacement/local``, of the sum otherwise.
    public var mechanism: NoiseMechanism
    public var placement: NoisePlacement
    public var source: NoiseSource

    public init(mechanism: NoiseMechanism, placement: NoisePlacement, source: NoiseSource = .system) {
        self.mechanism = mechanism
        self.placement = placement
        self.source = source
    }

    /// The law of what one client adds: all of it, its share, or nothing.
    ///
    /// A share has variance/`cohortMin`, with the denominator multiplied, so that no rounding makes it smaller; refuses
    /// a mechanism whose shares do not add up to it.
    public func clientMechanism() throws(PrivacyError) -> NoiseMechanism? {
        switch placement {
        case .local: return mechanism
        case .central: return nil
        case .distributed(let cohortMin):
            guard case .skellam(let variance) = mechanism, cohortMin >= 1 else { throw .invalidParameter }
            let (denominator, overflows) = variance.denominator.multipliedReportingOverflow(by: UInt64(cohortMin))
            guard !overflows else { throw .invalidParameter }
            return .skellam(variance: try Ratio(variance.numerator, denominator))
        }
    }
}
