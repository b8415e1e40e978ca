import Foundation
import HansaAccounting
import HansaPrivacy
import HansaQuantization

/// A plan with noise, for reading.
struct PlanReport: Encodable {
    let step: Double
    let bound: UInt64
    let bits: Int
    let bitsNeeded: Int
    let mechanism: String
    let parameter: String
    let standardDeviation: Double
    let clientParameter: String?
    let expectedClampsPerRound: Double
    let signal: Double
    let noise: Double
    let signalToNoise: Double
    let signalToNoiseOfAllRounds: Double
    let verdict: String
    let remedies: [String]
    /// One for each adversary that the placement has an answer for.
    let accounts: [AccountReport]
    let notProtected: String?

    init(_ plan: PlannedNoise) throws(PrivacyError) {
        let planner = plan.planner
        step = plan.step
        bound = plan.bound
        bits = planner.width.bits
        bitsNeeded = plan.bitsNeeded
        mechanism = planner.law.rawValue
        parameter = plan.noise.mechanism.parameter.text
        standardDeviation = plan.noise.mechanism.standardDeviation
        clientParameter = plan.clientMechanism.map { $0.parameter.text }
        expectedClampsPerRound = plan.expectedClamps
        signal = plan.signal
        noise = plan.noiseOfMean
        signalToNoise = plan.signalToNoise
        signalToNoiseOfAllRounds = plan.signalToNoiseOfAll
        verdict = plan.verdict.rawValue
        remedies = plan.remedies.map { Self.text($0) }
        let seen =
            switch planner.placement {
            case .local: "everyone, the coordinator included"
            case .central, .distributed: "readers of the model"
            }
        var accounts = [
            try AccountReport(plan.event, rounds: planner.rounds, delta: planner.delta, adversary: seen)
        ]
        if let share = plan.coordinatorEvent {
            accounts.append(
                try AccountReport(
                    share,
                    rounds: planner.rounds,
                    delta: planner.delta,
                    adversary: "the coordinator, who sees one share alone"
                )
            )
        }
        self.accounts = accounts
        notProtected =
            planner.placement == .central
            ? "the coordinator and readers of its disk see every update without noise" : nil
    }

    private static func text(_ remedy: PlannedNoise.Remedy) -> String {
        switch remedy {
        case .central(let ratio):
            "--placement central, where the coordinator is trusted: signal-to-noise of all rounds \(brief(ratio))"
        case .clients(let count): "\(String(format: "%.0f", count)) clients a round"
        case .parameters(let count):
            "at most \(String(format: "%.0f", count)) parameters: a head, adapters, a smaller model"
        }
    }

    private static func brief(_ value: Double) -> String { String(format: "%.3g", value) }

    var text: String {
        var text = "lattice     step \(step), integers within ±\(bound), \(bitsNeeded) of \(bits) bits needed\n"
        text += "noise       \(mechanism) \(parameter), σ \(Self.brief(standardDeviation)) steps"
        if let clientParameter, clientParameter != parameter { text += "; each client \(clientParameter)" }
        text += "\nclamps      \(Self.brief(expectedClampsPerRound)) expected a round\n"
        text += "signal      \(Self.brief(signal)) a coordinate; noise of the mean \(Self.brief(noise)); "
        text += "ratio \(Self.brief(signalToNoise)) a round, \(Self.brief(signalToNoiseOfAllRounds)) over all\n"
        switch verdict {
        case "clear": text += "verdict     clear: a round's mean is above its noise\n"
        case "noisy": text += "verdict     noisy: only the mean of many rounds is above its noise\n"
        default: text += "verdict     hopeless: the noise is above the largest possible mean, over all rounds\n"
        }
        if !remedies.isEmpty { text += "what helps  " + remedies.joined(separator: "\n         or ") + "\n" }
        for account in accounts { text += account.text }
        if let notProtected { text += "not protected: \(notProtected)\n" }
        return text
    }
}
