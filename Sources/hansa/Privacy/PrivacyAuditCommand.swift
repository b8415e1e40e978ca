import ArgumentParser
import Foundation
import HansaAccounting
import HansaCore
import HansaPrivacy
import HansaQuantization
import HansaSimulation

/// `hansa privacy audit`: attacks the client's own pipeline and says what ε or µ it has at least.
struct PrivacyAuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Release two neighbouring inputs again and again, and bound ε or µ from below.",
        discussion: """
            For example: hansa privacy audit --two-point --mechanism discrete-laplace

            Plan, clip, rounding, noise and packing are those of a client, with new noise from the operating system for \
            each release. The inputs are ±K in the first coordinate: the neighbours that need all of the noise. Half of \
            the trials choose the event that tells them apart best, the other half bound its probabilities. For \
            discrete-laplace the bound is on ε; for discrete-gaussian and skellam it is on µ of µ-GDP, where the inputs \
            are as hard to tell apart as N(0, 1) and N(µ, 1).

            A bound above the claim refutes it: exit status 70. One below it proves nothing but that this attack failed; \
            at 200,000 trials a sound pipeline comes to 0.90 to 1.0 of its claim.
            """
    )

    @Flag(help: "Two inputs, many releases; the audit that there is.")
    var twoPoint = false

    @Option(
        help:
            "discrete-laplace, discrete-gaussian or skellam; by default skellam for distributed, else discrete-laplace."
    )
    var mechanism: NoiseLaw?

    @Option(help: "local: each client alone; distributed: each a share; central: the coordinator.")
    var placement = NoisePlanner.Placement.local

    @Option(help: "What the noise is sized for: ε for discrete-laplace, else µ.")
    var claim = 1.0

    @Option(help: "How many parameters an update has.")
    var dimension = 1

    @Option(help: "Clients whose shares make up distributed noise.")
    var cohort: UInt32 = 4

    @Option(help: "Releases of each input.")
    var trials = AuditTrials.countDefault

    @Option(help: "The chance that a sound pipeline is called broken.")
    var significance = TwoPointAudit.significanceDefault

    @Option(help: "Seeded noise and rounding instead of the operating system's: the same figures again.")
    var seed: UInt64?

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let report = try await reporting { () async throws(CommandFailure) in try await audited() }
        if json { try printJSON(report) } else { print(report.text, terminator: "") }
        try await reporting { () throws(CommandFailure) in
            guard let broken = report.findings.first(where: \.isViolation) else { return }
            throw CommandFailure(
                .program,
                "the claim is refuted: \(broken.measure) against \(broken.adversary) is at least "
                    + "\(broken.lowerBound), claimed is \(broken.claim)"
            )
        }
    }

    private func audited() async throws(CommandFailure) -> PrivacyAuditReport {
        guard twoPoint else {
            throw CommandFailure(.usage, "which audit was not said; expected --two-point")
        }
        guard significance > 0, significance <= 0.5 else {
            throw CommandFailure(.usage, "--significance is \(significance); expected above 0 and at most 0.5")
        }
        guard (1...1000).contains(cohort) else {
            throw CommandFailure(.usage, "--cohort is \(cohort); expected 1 to 1000")
        }
        let law = mechanism ?? (placement == .distributed ? .skellam : .discreteLaplace)
        var system = SystemRandomNumberGenerator()
        let started = ContinuousClock.now
        do throws(AuditError) {
            let plan = try AuditPlan(
                law: law,
                placement: noisePlacement,
                claim: claim,
                dimension: dimension,
                source: seed == nil ? .system : .seeded
            )
            let client = try ClientRelease(plan, seed: seed ?? system.next())
            var views = client.views
            let samples: [AuditSamples]
            if placement == .central {
                let release = try CentralRelease(plan, client: client, seed: seed)
                views = release.views
                samples = try await AuditTrials.samples(of: release, count: trials)
            } else {
                samples = try await AuditTrials.samples(of: client, count: trials)
            }
            let seconds = (ContinuousClock.now - started) / .seconds(1)
            var findings: [PrivacyAuditReport.Finding] = []
            do throws(PrivacyError) {
                for (view, samples) in zip(views, samples) {
                    let audit = try TwoPointAudit(claim: AuditClaim(view.event), significance: significance)
                    findings.append(.init(try audit.finding(samples), of: view, bound: plan.bound))
                }
            } catch {
                throw .noise(error)
            }
            return PrivacyAuditReport(
                mechanism: law.rawValue,
                placement: placement.rawValue,
                dimension: dimension,
                trials: trials,
                significance: significance,
                noiseSource: seed == nil ? "os" : "seeded",
                trialsPerSecond: (2 * Double(trials) / seconds).rounded(),
                findings: findings
            )
        } catch {
            throw CommandFailure(error)
        }
    }

    private var noisePlacement: NoisePlacement {
        switch placement {
        case .local: .local
        case .central: .central
        case .distributed: .distributed(cohortMin: cohort)
        }
    }
}

extension CommandFailure {
    init(_ error: AuditError) {
        switch error {
        case .invalidClaim(let got): self.init(.usage, "--claim is \(got); expected a finite number above 0")
        case .invalidDimension(let got, let max): self.init(.usage, "--dimension is \(got); expected 1 to \(max)")
        case .invalidTrialCount(let got, let max): self.init(.usage, "--trials is \(got); expected 4 to \(max)")
        case .plan(.sharesDoNotAddUp), .noise(.invalidParameter):
            self.init(
                .usage,
                "this mechanism does not go with this placement or claim; distributed noise needs --mechanism skellam"
            )
        case .plan(.noiseDoesNotFitLattice):
            self.init(.usage, "noise for so small a claim does not fit 24 bits; expected a larger --claim")
        case .noise(let error): self.init(error)
        case .plan, .pipeline, .quantization, .aggregation:
            self.init(
                .program,
                "the pipeline refused the audit's plan (\(error)): a mistake of the program, report it."
            )
        }
    }
}
