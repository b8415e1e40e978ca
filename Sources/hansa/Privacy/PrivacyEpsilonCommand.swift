import ArgumentParser
import HansaPrivacy
import HansaSimulation

/// `hansa privacy epsilon`: what rounds of noise cost, under each accountant that is there.
struct PrivacyEpsilonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "epsilon",
        abstract: "Say what rounds of noise cost.",
        discussion: """
            For example, updates of L1 norm at most 4 steps, noise of scale 8:
              hansa privacy epsilon --mechanism discrete-laplace --parameter 8 --sensitivity-l1 8 --rounds 10

            pure adds the ε of releases that have one; concentrated adds Rényi divergence as a line in the order (zCDP; \
            for Skellam noise with an offset) and converts the sum; renyi adds it order by order. The ledgers of device \
            and coordinator enforce the first two.
            """
    )

    @OptionGroup var mechanism: MechanismArguments
    @OptionGroup var sensitivity: SensitivityArguments
    @OptionGroup var composition: CompositionArguments

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let report = try await reporting { () throws(CommandFailure) in
            try sensitivity.check(for: mechanism.mechanism)
            try composition.check()
            do throws(PrivacyError) {
                return try AccountReport(
                    PrivacyEvent(
                        mechanism: mechanism.noise,
                        sensitivityL1: sensitivity.l1,
                        sensitivityL2Squared: sensitivity.l2Squared,
                        dimension: sensitivity.dimension,
                        source: .system
                    ),
                    rounds: composition.rounds,
                    delta: composition.delta,
                    adversary: "whoever sees these releases and does not know the noise"
                )
            } catch {
                throw CommandFailure(error)
            }
        }
        if json { try printJSON(report) } else { print(report.text, terminator: "") }
    }
}
