import HansaCore
import HansaNumerics
import HansaPrivacy

/// A line as JSON has it, before it is believed: what was released is read from it, all else is made again.
struct LedgerFields: Decodable {
    struct Budget: Decodable {
        var epsilonPerRound: Double?
        var epsilon: Double?
        var delta: Double
    }

    var kind: String
    var run: String?
    var delta: Double?
    var runBudget: Budget?
    var clientBudget: Budget?
    /// The number of clients in a header, their list in a publication.
    var clients: Clients?
    /// That nothing of the run is private, in every line of a run with seeded noise.
    var warning: String?
    var round: UInt32?
    var attempt: UInt32?
    var client: UInt32?
    var fence: UInt32?
    var payload: String?
    var accepted: Bool?
    var version: UInt64?
    var plan: String?
    var placement: String?
    var cohortMin: UInt32?
    var mechanism: String?
    var numerator: UInt64?
    var denominator: UInt64?
    var sensitivityL1: UInt64?
    var sensitivityL2Squared: UInt64?
    var dimension: UInt64?
    var source: String?
    var derivation: String?
    var cohort: String?

    /// A number or a list.
    enum Clients: Decodable {
        case count(UInt32)
        case list([UInt32])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let count = try? container.decode(UInt32.self) {
                self = .count(count)
            } else {
                self = .list(try container.decode([UInt32].self))
            }
        }
    }

    /// The terms of a header; nil where they are not in their form.
    var terms: LedgerTerms? {
        guard kind == "header", let run = run.flatMap(RunID.init(ledgerText:)), case .count(let count) = clients,
            let delta
        else { return nil }
        return LedgerTerms(
            run: run,
            clientCount: count,
            delta: delta,
            runBudget: runBudget.map(Self.budget),
            clientBudget: clientBudget.map(Self.budget),
            isSeeded: warning != nil
        )
    }

    /// The release of a line; nil where it is not in its form.
    var release: LedgerRelease? {
        guard let round, let attempt, let content, let plan = plan.flatMap(SHA256Digest.init(hexadecimal:)),
            let derivation, let cohort
        else { return nil }
        var noise: NoisePlacement?
        if let placement {
            noise = NoisePlacement(name: placement, cohortMin: cohortMin)
            if noise == nil { return nil }
        }
        var event: PrivacyEvent?
        if mechanism != nil {
            event = self.event
            if event == nil { return nil }
        }
        return LedgerRelease(
            placement: noise,
            round: round,
            attempt: attempt,
            content: content,
            plan: plan,
            event: event,
            derivation: derivation,
            cohortRule: cohort
        )
    }

    private var content: LedgerRelease.Content? {
        switch kind {
        case "received":
            guard let client, let fence, let payload = payload.flatMap(SHA256Digest.init(hexadecimal:)), let accepted
            else { return nil }
            return .received(client: ClientID(client), fence: fence, payload: payload, wasAccepted: accepted)
        case "published":
            guard let version, case .list(let clients) = clients else { return nil }
            return .published(version: version, clients: clients.map { ClientID($0) })
        default: return nil
        }
    }

    private var event: PrivacyEvent? {
        guard let mechanism, let numerator, let denominator, let parameter = try? Ratio(numerator, denominator),
            let law = NoiseMechanism(name: mechanism, parameter: parameter), let sensitivityL1,
            let sensitivityL2Squared, let dimension, let source = source.flatMap(NoiseSource.init(name:))
        else { return nil }
        return PrivacyEvent(
            mechanism: law,
            sensitivityL1: sensitivityL1,
            sensitivityL2Squared: sensitivityL2Squared,
            dimension: dimension,
            source: source
        )
    }

    private static func budget(_ budget: Budget) -> PrivacyBudget {
        PrivacyBudget(
            epsilonPerRound: budget.epsilonPerRound,
            epsilon: budget.epsilon,
            delta: budget.delta
        )
    }
}
