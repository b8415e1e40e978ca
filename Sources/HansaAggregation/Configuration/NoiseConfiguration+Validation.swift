import HansaPrivacy

extension NoiseConfiguration {
    /// Refuses values that are none of noise; what does not go together is refused by ``CompositionRule/all``.
    func validate() throws(ConfigurationError) {
        guard multiplier.isFinite, multiplier > 0 else {
            throw .invalidValue(key: "noise.multiplier", got: "\(multiplier)", expected: "a finite number above 0")
        }
        guard cohort >= 1 else {
            throw .invalidValue(key: "noise", got: "a cohort of \(cohort)", expected: "at least 1")
        }
        if case .distributed(let cohortMin) = placement {
            guard cohortMin >= 1, Int(clamping: cohortMin) <= cohort else {
                throw .invalidValue(
                    key: "noise.cohort-min",
                    got: "\(cohortMin)",
                    expected: "from 1 to the cohort, \(cohort): the shares are sized for the fewest that may answer"
                )
            }
        }
    }
}
