public import ArgumentParser
public import HansaAccounting
import HansaPrivacy
import HansaSimulation

extension NoiseLaw: ExpressibleByArgument {}

/// A mechanism's parameter: an integer, a fraction or a decimal number, kept exactly.
struct RatioArgument: ExpressibleByArgument {
    let ratio: Ratio

    init?(argument: String) {
        guard let ratio = Self.read(argument) else { return nil }
        self.ratio = ratio
    }

    private static func read(_ text: String) -> Ratio? {
        let fraction = text.split(separator: "/", omittingEmptySubsequences: false)
        if fraction.count == 2 {
            guard let numerator = digits(fraction[0]), let denominator = digits(fraction[1]) else { return nil }
            return try? Ratio(numerator, denominator)
        }
        let decimal = text.split(separator: ".", omittingEmptySubsequences: false)
        guard decimal.count <= 2, let whole = digits(decimal[0]) else { return nil }
        guard decimal.count == 2 else { return try? Ratio(whole) }
        // Up to nine places: 10^9 is below the largest denominator.
        guard (1...9).contains(decimal[1].count), let part = digits(decimal[1]) else { return nil }
        let denominator = (0..<decimal[1].count).reduce(UInt64(1)) { power, _ in power * 10 }
        let (scaled, overflows) = whole.multipliedReportingOverflow(by: denominator)
        guard !overflows, scaled <= UInt64.max - part else { return nil }
        return try? Ratio(scaled + part, denominator)
    }

    private static func digits(_ text: Substring) -> UInt64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return UInt64(text)
    }
}

/// A mechanism with its parameter.
struct MechanismArguments: ParsableArguments {
    @Option(help: "discrete-laplace (for bounds on the L1 norm), discrete-gaussian or skellam (L2 norm).")
    var mechanism: NoiseLaw

    @Option(
        help: "The scale of discrete-laplace, else the variance, in units of the step: 8, 17/2 or 2.5, exactly."
    )
    var parameter: RatioArgument

    var noise: NoiseMechanism { mechanism.mechanism(parameter.ratio) }
}

/// What one client's contribution can change.
struct SensitivityArguments: ParsableArguments {
    @Option(
        name: .customLong("sensitivity-l1"),
        help: """
            Largest L1 norm of a difference: 2K. Needed by discrete-laplace; skellam takes the largest that the L2 norm \
            and --dimension allow where it is not given.
            """
    )
    var l1: UInt64 = 0

    @Option(
        name: .customLong("sensitivity-l2-squared"),
        help: "Largest squared L2 norm of a difference: 4K². Needed by discrete-gaussian and skellam."
    )
    var l2Squared: UInt64 = 0

    @Option(help: "How many coordinates an update has.")
    var dimension: UInt64 = 1

    /// Refuses what the mechanism's guarantee does not know.
    func check(for law: NoiseLaw) throws(CommandFailure) {
        guard dimension >= 1 else { throw CommandFailure(.usage, "--dimension is 0; expected at least 1") }
        switch law {
        case .discreteLaplace:
            guard l1 >= 1 else {
                throw CommandFailure(
                    .usage,
                    "discrete-laplace needs a bound on the L1 norm; got none, expected --sensitivity-l1 of at least 1 "
                        + "(twice the bound K on one update)"
                )
            }
        case .discreteGaussian, .skellam:
            guard l2Squared >= 1 else {
                throw CommandFailure(
                    .usage,
                    "\(law.rawValue) needs a bound on the L2 norm; got none, expected --sensitivity-l2-squared of at "
                        + "least 1 (four times the bound K² on one update)"
                )
            }
        }
    }
}

/// Rounds and δ.
struct CompositionArguments: ParsableArguments {
    @Option(help: "Releases that one client is in.")
    var rounds: UInt64 = 1

    @Option(help: "δ of (ε, δ): below 1 over the number of clients; 0 leaves pure privacy only.")
    var delta = 1e-6

    func check() throws(CommandFailure) {
        guard (1...NoiseCalibration.roundsMax).contains(rounds) else {
            throw CommandFailure(.usage, "--rounds is \(rounds); expected 1 to \(NoiseCalibration.roundsMax)")
        }
        guard delta >= 0, delta < 1 else {
            throw CommandFailure(.usage, "--delta is \(delta); expected at least 0 and below 1, such as 1e-6")
        }
    }
}
