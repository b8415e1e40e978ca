import ArgumentParser
import Foundation
import HansaAccounting
import HansaPrivacy
import HansaSimulation

/// `hansa privacy sample`: draws of the exact sampler, and how well they fit their law.
struct PrivacySampleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: "Draw noise as clients do and test it against its law.",
        discussion: """
            For example: hansa privacy sample --mechanism discrete-gaussian --parameter 100 --count 1000000

            Draws come from a key of the operating system, anew each time. The chi-square and the number of draws in the far tail \
            should be odder than 1e-6 in one of a million calls; exit status 70 where they are.
            """
    )

    /// The most draws that are kept in memory.
    static let countMax = 100_000_000
    /// Below it the sampler is called wrong.
    static let significance = 1e-6

    private struct Report: Encodable {
        let mechanism: String
        let parameter: String
        let count: Int
        let mean: Double
        let variance: Double
        let chiSquare: Double
        let degreesOfFreedom: Int
        let p: Double
        let tailP: Double
    }

    @OptionGroup var mechanism: MechanismArguments

    @Option(help: "How many draws.")
    var count = 100_000

    @Option(help: "A new file for the draws, one a line.", completion: .file())
    var out: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let fit = try await reporting { () throws(CommandFailure) in try sampled() }
        let report = Report(
            mechanism: mechanism.mechanism.rawValue,
            parameter: mechanism.parameter.ratio.text,
            count: count,
            mean: fit.mean,
            variance: fit.variance,
            chiSquare: fit.statistic,
            degreesOfFreedom: fit.degreesOfFreedom,
            p: fit.pValue,
            tailP: fit.tailPValue
        )
        if json {
            try printJSON(report)
        } else {
            print(
                "\(count) draws of \(report.mechanism) \(report.parameter): mean \(fit.mean), variance \(fit.variance)"
            )
            print("chi-square \(fit.statistic) with \(fit.degreesOfFreedom) degrees of freedom, p \(fit.pValue)")
            print("draws in the far tail: p \(fit.tailPValue)")
        }
        try await reporting { () throws(CommandFailure) in
            guard fit.leastPValue >= Self.significance else {
                throw CommandFailure(.program, "the draws do not have their law: p is below \(Self.significance)")
            }
        }
    }

    private func sampled() throws(CommandFailure) -> GoodnessOfFit {
        guard (1...Self.countMax).contains(count) else {
            throw CommandFailure(.usage, "--count is \(count); expected 1 to \(Self.countMax)")
        }
        let deviation = mechanism.noise.standardDeviation
        guard deviation <= GoodnessOfFit.deviationMax else {
            throw CommandFailure(
                .usage,
                "--parameter is \(mechanism.parameter.ratio.text), a standard deviation of \(deviation); expected at most "
                    + "\(GoodnessOfFit.deviationMax): the law that draws are tested against is computed number by number"
            )
        }
        if let out, FileManager.default.fileExists(atPath: out) {
            throw CommandFailure(.output, "\(out) exists; name a new file with --out")
        }
        let draws: [Int32]
        let fit: GoodnessOfFit
        do throws(PrivacyError) {
            draws = try Self.draws(mechanism.noise, count: count)
            fit = try GoodnessOfFit(draws, law: mechanism.noise)
        } catch {
            throw CommandFailure(error)
        }
        if let out {
            do {
                try Data(draws.lazy.map { "\($0)\n" }.joined().utf8).write(to: URL(fileURLWithPath: out))
            } catch {
                throw CommandFailure(.io, "cannot write \(out): \(error.localizedDescription)")
            }
        }
        return fit
    }

    private static func draws(_ mechanism: NoiseMechanism, count: Int) throws(PrivacyError) -> [Int32] {
        let sampler = try NoiseSampler(mechanism)
        var stream = try NoiseStream(key: try NoiseStream.systemKey())
        var draws = [Int32](repeating: 0, count: count)
        var failure: PrivacyError?
        draws.withUnsafeMutableBufferPointer { draws in
            do throws(PrivacyError) {
                try sampler.fill(draws, from: &stream)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return draws
    }
}
