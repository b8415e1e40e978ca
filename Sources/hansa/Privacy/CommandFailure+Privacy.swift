import HansaPrivacy
import HansaSimulation

extension CommandFailure {
    /// A mistake in what was asked about noise.
    init(_ error: PrivacyError) {
        switch error {
        case .invalidParameter:
            self.init(
                .usage,
                "--parameter is out of range; expected a numerator of 1 to 2^62 and a denominator of 1 to 2^32"
            )
        case .invalidSensitivity:
            self.init(.usage, "this mechanism's guarantee needs a sensitivity that was not given; see --help")
        case .invalidRequest:
            self.init(
                .usage,
                "got a number out of range; expected an epsilon above 0, a delta from 0 to below 1, rounds of at least 1"
            )
        case .overBudget:
            self.init(
                .usage,
                "no parameter gives this epsilon; take a delta above 0, a larger epsilon or fewer rounds"
            )
        case .unknownEvent: self.init(.usage, "no accountant knows this mechanism")
        case .noRandomness: self.init(.program, "the operating system gave no random bytes")
        }
    }
}
