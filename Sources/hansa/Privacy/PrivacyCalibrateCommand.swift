public import ArgumentParser
public import HansaAccounting
import HansaPrivacy
import HansaSimulation

extension NoiseCalibration.Accountant: ExpressibleByArgument {}

/// `hansa privacy calibrate`: the least noise that keeps a budget.
struct PrivacyCalibrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Find the least noise that keeps an epsilon over rounds.",
        discussion: """
            For example, updates of squared L2 norm at most 25 steps, 100 rounds:
              hansa privacy calibrate --mechanism discrete-gaussian --sensitivity-l2-squared 100 --rounds 100 \
            --epsilon 4 --delta 1e-6

            The parameter is printed as a fraction that plans take as it is.
            """
    )

    /// What is printed.
    private struct Report: Encodable {
        let mechanism: String
        let parameter: String
        let value: Double
        let standardDeviation: Double
        let account: AccountReport
    }

    @Option(help: "discrete-laplace (for bounds on the L1 norm), discrete-gaussian or skellam (L2 norm).")
    var mechanism: NoiseLaw
    @OptionGroup var sensitivity: SensitivityArguments
    @OptionGroup var composition: CompositionArguments

    @Option(help: "The largest ε of all rounds together.")
    var epsilon: Double

    @Option(help: "filter: what ledgers enforce; renyi: a report on rounds fixed beforehand, never more noise.")
    var accountant = NoiseCalibration.Accountant.filter

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let report = try await reporting { () throws(CommandFailure) in try calibrated() }
        if json { return try printJSON(report) }
        let name = mechanism == .discreteLaplace ? "scale" : "variance"
        print("\(report.mechanism): \(name) \(report.parameter) = \(report.value), σ \(report.standardDeviation)")
        print(report.account.text, terminator: "")
    }

    private func calibrated() throws(CommandFailure) -> Report {
        try sensitivity.check(for: mechanism)
        try composition.check()
        guard epsilon.isFinite, epsilon > 0 else {
            throw CommandFailure(.usage, "--epsilon is \(epsilon); expected a finite number above 0")
        }
        guard mechanism == .discreteLaplace || composition.delta > 0 else {
            throw CommandFailure(
                .usage,
                "--delta is 0 and \(mechanism.rawValue) is not pure; expected a delta above 0, or discrete-laplace"
            )
        }
        let calibration = NoiseCalibration(
            law: mechanism,
            sensitivityL1: sensitivity.l1,
            sensitivityL2Squared: sensitivity.l2Squared,
            dimension: sensitivity.dimension,
            rounds: composition.rounds,
            epsilon: epsilon,
            delta: composition.delta,
            accountant: accountant
        )
        do throws(PrivacyError) {
            let noise = try calibration.mechanism()
            return Report(
                mechanism: mechanism.rawValue,
                parameter: noise.parameter.text,
                value: noise.parameter.value,
                standardDeviation: noise.standardDeviation,
                account: try AccountReport(
                    calibration.event(noise.parameter),
                    rounds: composition.rounds,
                    delta: composition.delta,
                    adversary: "whoever sees these releases and does not know the noise"
                )
            )
        } catch {
            throw CommandFailure(error)
        }
    }
}

extension Ratio {
    /// As `--parameter` reads it.
    var text: String { denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)" }
}
