public import ArgumentParser
public import HansaAccounting
import HansaPrivacy
import HansaQuantization
import HansaSimulation

extension NoisePlanner.Placement: ExpressibleByArgument {}

/// `hansa privacy plan`: lattice, noise and width that belong together, and whether anything can be learned with them.
struct PrivacyPlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Derive step, bound, noise and width from a wish, and say when it is hopeless.",
        discussion: """
            For example, a model of 100,000 parameters, 1,000 clients a round, noise by the coordinator:
              hansa privacy plan --clip 1 --dimension 100000 --bits 16 --cohort 1000 --rounds 100 \
            --placement central --epsilon 4 --delta 1e-6

            The finest step whose bound and noise fit the width is taken. Signal: the root mean square of a coordinate of \
            an update at the clip bound. Noise: its standard deviation on one coordinate of a round's mean.
            """
    )

    @Option(help: "Bound on the norm of an update: L1 for discrete-laplace, else L2.")
    var clip: Double

    @Option(help: "How many parameters an update has.")
    var dimension: Int

    @Option(help: "Bits of a coordinate on the wire, 2 to 32.")
    var bits = 16

    @Option(help: "Clients of a round; distributed sizes shares for as many, the fewest that are awaited.")
    var cohort: UInt32

    @Option(help: "local: each client alone; distributed: each a share; central: the coordinator.")
    var placement: NoisePlanner.Placement

    @Option(
        help:
            "discrete-laplace, discrete-gaussian or skellam; by default skellam for distributed, else discrete-gaussian."
    )
    var mechanism: NoiseLaw?

    @OptionGroup var composition: CompositionArguments

    @Option(help: "The largest ε of all rounds together.")
    var epsilon: Double

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let report = try await reporting { () throws(CommandFailure) in try planned() }
        if json { try printJSON(report) } else { print(report.text, terminator: "") }
    }

    private func planned() throws(CommandFailure) -> PlanReport {
        try composition.check()
        guard composition.delta * Double(cohort) < 1 else {
            throw CommandFailure(
                .usage,
                "--delta is \(composition.delta); expected below 1/\(cohort), one in as many clients as a round has: with "
                    + "that probability epsilon promises a client nothing"
            )
        }
        let width: BitWidth
        do throws(QuantizationError) {
            width = try BitWidth(bits)
        } catch {
            throw CommandFailure(.usage, "--bits is \(bits); expected 2 to 32")
        }
        let planner = NoisePlanner(
            law: mechanism ?? (placement == .distributed ? .skellam : .discreteGaussian),
            placement: placement,
            clip: clip,
            dimension: dimension,
            width: width,
            cohort: cohort,
            rounds: composition.rounds,
            epsilon: epsilon,
            delta: composition.delta
        )
        let plan: PlannedNoise
        do throws(NoisePlanError) {
            plan = try planner.plan()
        } catch {
            throw CommandFailure(.usage, error.message)
        }
        do throws(PrivacyError) {
            return try PlanReport(plan)
        } catch {
            throw CommandFailure(error)
        }
    }
}
