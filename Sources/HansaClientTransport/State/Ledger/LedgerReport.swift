#if !hasFeature(Embedded)
import HansaClient
import HansaCore
import HansaNumerics
import HansaPrivacy

/// The device's privacy ledger as people and programs read it, without its lock and without changing it.
struct LedgerReport {
    private let content: LedgerContent?
    private let limit: Double?
    private let delta: Double
    /// What is wrong with the chain; nil where every line is the one that was written.
    private let damage: PlainText?

    /// Whether every line is the one that was written.
    var isIntact: Bool { damage == nil }

    /// What was spent.
    var totals: LedgerTotals { content?.totals ?? LedgerTotals() }

    init(folder: String, policy: ClientPolicy) throws(StateError) {
        (limit, delta) = (policy.epsilonMax, policy.delta)
        let before = try LedgerContent.read(folder + "/ledger.1")
        let content = try LedgerContent.read(folder + "/ledger")
        self.content = content ?? before
        damage = Self.damage(content, "ledger") ?? Self.damage(before, "ledger.1") ?? Self.gap(content, before)
    }

    private static func damage(_ content: LedgerContent?, _ name: String) -> PlainText? {
        guard let content else { return nil }
        if let line = content.brokenLine { return "line \(line) of \(name) is not the one that was written" }
        guard content.isTorn else { return nil }
        return "the last line of \(name) is incomplete; the client writes it again when it runs next"
    }

    private static func gap(_ content: LedgerContent?, _ before: LedgerContent?) -> PlainText? {
        guard let content, let before, content.previousChain != before.chain else { return nil }
        return "ledger does not go on from ledger.1"
    }

    /// For people.
    var text: PlainText {
        guard content != nil else { return "nothing was sent yet: there is no privacy ledger\n" }
        var text: PlainText = ""
        var sum = DeviceSpending()
        for entry in entries {
            if case .began(_, let totals) = entry { sum = totals.spending }
            text.append("\(words(entry))\n")
            guard case .charged(let charge) = entry else { continue }
            sum.add(charge.charge)
            let total = EpsilonText.epsilon(sum.epsilon(delta: delta))
            text.append("            epsilon \(epsilon(of: charge.charge)); all up to here \(total)\n")
        }
        return text + summary
    }

    private var entries: [LedgerEntry] {
        var entries: [LedgerEntry] = []
        for bytes in content?.entries ?? [] {
            if let entry = LedgerEntry(bytes) { entries.append(entry) }
        }
        return entries
    }

    /// What a line says.
    private func words(_ entry: LedgerEntry) -> PlainText {
        switch entry {
        case .began(_, let totals):
            return totals.updateCount == 0
                ? "begins" : "goes on after \(totals.updateCount) updates of earlier files"
        case .place: return "in a file of its own place"
        case .run(let run): return "run \(run.hexadecimal)"
        case .missing, .note: return "note: \(entry.warning)"
        case .charged(let charge):
            let id = charge.assignment
            let attempt: PlainText = id.attempt > 0 ? ", attempt \(id.attempt)" : ""
            return "round \(id.round)\(attempt): \(words(charge.charge))"
        }
    }

    private func words(_ charge: PrivacyCharge) -> PlainText {
        guard case .release(let event, _, let adversary) = charge else { return "sent without noise" }
        let parameter = event.mechanism.parameter
        var words: PlainText =
            switch event.mechanism {
            case .discreteLaplace: "discrete Laplace noise of scale "
            case .discreteGaussian: "discrete Gaussian noise of variance "
            case .skellam: "Skellam noise of variance "
            }
        words.append("\(parameter.numerator)")
        if parameter.denominator > 1 { words.append("/\(parameter.denominator)") }
        words.append(adversary == .everyone ? ", against everyone" : ", against readers of the model only")
        if charge.isSeeded { words.append(", from a seed: protects nothing") }
        return words
    }

    /// What one update costs alone.
    private func epsilon(of charge: PrivacyCharge) -> PlainText {
        guard case .release(_, let cost, _) = charge else { return "unbounded" }
        let epsilon = EpsilonText.epsilon(DeviceSpending().epsilon(delta: delta, after: cost))
        return charge.isSeeded ? "none (seeded noise; would be \(epsilon))" : epsilon
    }

    /// What all updates cost.
    private var total: PlainText {
        let spending = totals.spending
        let epsilon = EpsilonText.epsilon(spending.epsilon(delta: delta))
        return spending.seededCount > 0 && spending.isBounded ? "none (seeded noise; would be \(epsilon))" : epsilon
    }

    private var summary: PlainText {
        let spending = totals.spending
        var text: PlainText = "updates     \(totals.updateCount)\n"
        text.append("epsilon     \(total) in all, at delta \(EpsilonText.probability(delta))\n")
        if let limit { text.append("allowed     \(EpsilonText.epsilon(limit))\n") }
        if spending.unboundedCount > 0 {
            text.append("            \(spending.unboundedCount) updates left without noise: no epsilon bounds them\n")
        }
        if spending.unknownCount > 0 {
            text.append("            \(spending.unknownCount) updates of unknown cost: no epsilon bounds them\n")
        }
        if spending.seededCount > 0 {
            text.append("            \(spending.seededCount) updates with noise from a seed, which protects nothing\n")
        }
        if spending.trustingCount > 0 {
            text.append("            \(spending.trustingCount) updates protected from readers of the model only\n")
        }
        if totals.copyCount > 0 {
            text.append("note        the file was copied or restored \(totals.copyCount) times between two uses\n")
        }
        text.append("chain       \(damage ?? "intact")\n")
        return text
    }

    /// For programs: an object for each line, then the sums.
    var json: PlainText {
        var text: PlainText = ""
        for entry in entries {
            var object = JSONObject(event: "line")
            if case .charged(let charge) = entry {
                object = JSONObject(event: "charge")
                object.add("assignment", charge.assignment.text)
                object.add("plan", charge.planDigest.hexadecimal)
                object.add("payload", charge.payloadDigest.hexadecimal)
                object.add("epsilon", epsilon(of: charge.charge).string)
            }
            object.add("words", words(entry).string)
            text.append("\(object.line)\n")
        }
        var object = JSONObject(event: "ledger")
        object.add("updates", totals.updateCount)
        object.add("epsilon", total.string)
        // Shortest decimals that read back the same: `hansa ledger compare` compares them with the coordinator's.
        let noised = totals.spending.noised
        object.add("noised", noised.releaseCount)
        object.add("pure", noised.pureEpsilon?.description ?? "none")
        object.add("rho", noised.rho.description)
        object.add("xi", noised.xi.description)
        object.add("delta", EpsilonText.probability(delta).string)
        object.add("unbounded", totals.spending.unboundedCount)
        object.add("unknown", totals.spending.unknownCount)
        object.add("seeded", totals.spending.seededCount)
        object.add("trusting", totals.spending.trustingCount)
        object.add("copied", totals.copyCount)
        object.add("contradictions", totals.contradictionCount)
        object.add("chain", (damage ?? "intact").string)
        text.append("\(object.line)\n")
        return text
    }
}
#endif
