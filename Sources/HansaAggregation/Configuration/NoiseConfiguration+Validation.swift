import HansaCore
import HansaPrivacy
import HansaQuantization

extension NoiseConfiguration {
    /// Refuses combinations whose promise would not hold, with the reason and what to do instead (PRIVACY.md §8).
    func validate(with configuration: StrategyConfiguration) throws(ConfigurationError) {
        guard multiplier.isFinite, multiplier > 0 else {
            throw .invalidValue(key: "noise.multiplier", got: "\(multiplier)", expected: "a finite number above 0")
        }
        switch (law, configuration.clip) {
        case (.laplace, .l1), (.gaussian, .l2), (.skellam, .l2): break
        case (.laplace, .l2):
            throw .invalidValue(
                key: "noise.mechanism",
                got: "Laplace noise with an L2 clip",
                expected:
                    "clip: {l1: …}, or gaussian: Laplace noise is scaled to the L1 norm, which an L2 bound leaves open"
            )
        case (_, .l1):
            throw .invalidValue(
                key: "noise.mechanism",
                got: "\(law.rawValue) noise with an L1 clip",
                expected: "clip: {l2: …}, or laplace"
            )
        case (_, .none):
            throw .missing(key: "clip", expected: "a bound: without one a single client's change has no limit to hide")
        }
        if case .samples = configuration.weighting {
            throw .invalidValue(
                key: "weighting",
                got: "weights that the coordinator multiplies with",
                expected:
                    "uniform, or samples-on-client, which weights before the clip: the sample count is private too, and "
                    + "a server's weight scales the sensitivity and not the noise"
            )
        }
        guard case .constant = configuration.widths else {
            throw .invalidValue(
                key: "widths",
                got: "a schedule",
                expected: "one width: under noise the width follows from the noise, and fewer bits would only hide that"
            )
        }
        if configuration.returnedFields.contains(.trainingLoss) {
            throw .invalidValue(
                key: "returnedFields",
                got: "the training loss",
                expected: "no loss: it depends on the data and nothing charges it"
            )
        }
        guard cohort >= 1 else {
            throw .invalidValue(key: "noise", got: "a cohort of \(cohort)", expected: "at least 1")
        }
        if case .distributed(let cohortMin) = placement {
            guard law == .skellam else {
                throw .invalidValue(
                    key: "noise.mechanism",
                    got: "shares of \(law.rawValue) noise",
                    expected: "skellam: only its shares add up to noise of its kind, also where more clients answer"
                )
            }
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
