#if !hasFeature(Embedded)
import HansaClient
import HansaCore
import HansaNumerics
import HansaPrivacy

/// The device's privacy ledger as people and programs read it, without its lock and without changing it.
///
/// It is read beside the journal and the outbox: a ledger that lacks what they tell of is not intact, and then no ε is
/// named, for nobody knows it.
struct LedgerReport {
    private let content: LedgerContent?
    /// The file before, which this one goes on from.
    private let before: LedgerContent?
    private let limit: Double?
    private let gapCountMax: UInt64
    private let delta: Double
    /// What is wrong with the ledger; nil where every line is the one that was written, and nothing contradicts them.
    let damage: PlainText?

    /// Whether every line is the one that was written, and the journal has none that is missing.
    var isIntact: Bool { damage == nil }

    /// What was spent, with the records that wait for their lines.
    private(set) var totals: DeviceLedgerTotals
    /// What the lines alone come to.
    private let written: DeviceLedgerTotals

    init(folder: String, policy: ClientPolicy) throws(StateError) {
        (limit, delta, gapCountMax) = (policy.epsilonMax, policy.delta, policy.gapCountMax)
        let before = try LedgerContent.read(folder + "/ledger.1")
        let current = try LedgerContent.read(folder + "/ledger")
        let content = current ?? before
        self.content = content
        self.before = current == nil ? nil : before
        written = content?.totals ?? DeviceLedgerTotals()
        totals = written
        let witnesses = try LedgerWitnesses(folder: folder)
        damage =
            Self.damage(before, "ledger.1") ?? Self.damage(current, "ledger")
            ?? Self.gap(current, before) ?? witnesses.contradiction(of: content, after: self.before)
            ?? Self.tear(current)
        for entry in witnesses.pending(in: content) { totals.add(entry) }
    }

    private static func damage(_ content: LedgerContent?, _ name: String) -> PlainText? {
        guard let line = content?.brokenLine else { return nil }
        return "line \(line) of \(name) is not the one that was written"
    }

    /// The rest of a line that nothing else tells of; where the journal does, that comes first.
    private static func tear(_ content: LedgerContent?) -> PlainText? {
        guard let content, content.isTorn else { return nil }
        return
            "the last line of ledger is incomplete: the client, which writes it now or was cut short, completes it from "
            + "its outbox when it runs next"
    }

    private static func gap(_ content: LedgerContent?, _ before: LedgerContent?) -> PlainText? {
        guard let content, let before, content.previousChain != before.chain else { return nil }
        return "ledger does not go on from ledger.1"
    }

    /// For people.
    var text: PlainText {
        guard content != nil || damage != nil || totals.updateCount > 0 else {
            return "nothing was sent yet: there is no privacy ledger\n"
        }
        var text: PlainText = ""
        var sum = DeviceSpending()
        for bytes in content?.entries ?? [] {
            guard let entry = DeviceLedgerEntry(bytes) else { continue }
            if case .began(_, let totals) = entry { sum = totals.spending }
            text.append("\(words(entry))\n")
            guard case .charged(let charge) = entry else { continue }
            sum.add(charge.charge)
            let total = EpsilonText.epsilon(sum.epsilon(delta: delta))
            text.append("            epsilon \(epsilon(of: charge.charge)); all up to here \(total)\n")
        }
        return text + summary
    }

    /// What a line says.
    private func words(_ entry: DeviceLedgerEntry) -> PlainText {
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
        guard isIntact else { return "unknown" }
        let spending = totals.spending
        let epsilon = EpsilonText.epsilon(spending.epsilon(delta: delta))
        return spending.seededCount > 0 && spending.isBounded ? "none (seeded noise; would be \(epsilon))" : epsilon
    }

    private var summary: PlainText {
        let spending = totals.spending
        var text: PlainText = "updates     \(totals.updateCount)\n"
        text.append("epsilon     \(total) in all, at delta \(EpsilonText.probability(delta))\n")
        if let limit { text.append("allowed     \(EpsilonText.epsilon(limit))\n") }
        if limit != nil, spending.gapCount > gapCountMax {
            text.append("            forbidden from now on: \(spending.gapCount) gaps, accept-gaps = \(gapCountMax)\n")
        }
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
        if damage != nil { text.append("to do       \(Self.remedy)\n") }
        return text
    }

    /// What an owner can do about a ledger that is not intact, short of believing less than is true.
    static let remedy: PlainText =
        "run the client: what the journal has and the ledger lacks becomes gaps, and max-epsilon refuses every plan until"
        + " the policy has accept-gaps = N, as the refusal says. Where a line was changed, first rename that file"
        + " (ledger.damaged). A backup would know less than was spent"

    /// For programs: an object for each line of both files, then the sums.
    ///
    /// `entry` and `chain` are the two parts of the line as the file has them: `hansa ledger compare` reads these.
    var json: PlainText {
        var text: PlainText = ""
        var run = RunID(high: 0, low: 0)
        for content in [before, content] {
            guard let content else { continue }
            var chain = content.previousChain
            for bytes in content.entries {
                guard let entry = DeviceLedgerEntry(bytes) else { continue }
                chain = DeviceLedgerLine.chain(bytes, after: chain)
                text.append("\(object(of: entry, bytes, chain, &run).line)\n")
            }
        }
        return text + "\(summaryObject.line)\n"
    }

    private func object(of entry: DeviceLedgerEntry, _ bytes: [UInt8], _ chain: [UInt8], _ run: inout RunID)
        -> JSONObject
    {
        var object = JSONObject(event: "line")
        switch entry {
        case .began(_, let totals): run = totals.run
        case .run(let next): run = next
        case .charged(let charge):
            object = JSONObject(event: "charge")
            object.add("run", run.hexadecimal)
            object.add("assignment", charge.assignment.text)
            object.add("plan", charge.planDigest.hexadecimal)
            object.add("payload", charge.payloadDigest.hexadecimal)
            object.add("epsilon", epsilon(of: charge.charge).string)
        case .place, .missing, .note: break
        }
        object.add("words", words(entry).string)
        // The line's end aside.
        let parts = Array(DeviceLedgerLine.bytes(bytes, chain: chain).dropLast()).pieces(at: 0x20)
        object.add("entry", String(bytes: parts[0]))
        object.add("chain", String(bytes: parts[1]))
        return object
    }

    private var summaryObject: JSONObject {
        var object = JSONObject(event: "ledger")
        object.add("updates", totals.updateCount)
        object.add("epsilon", total.string)
        // Shortest decimals that read back the same: `hansa ledger compare` computes them again from the lines.
        let noised = written.spending.noised
        // Bounds: `totals` begins as `written`, and only grows.
        object.add("pending", totals.updateCount &- written.updateCount)
        object.add("noised", noised.releaseCount)
        object.add("pure", isIntact ? noised.pureEpsilon?.description ?? "none" : "unknown")
        object.add("rho", isIntact ? noised.rho.description : "unknown")
        object.add("xi", isIntact ? noised.xi.description : "unknown")
        object.add("delta", EpsilonText.probability(delta).string)
        object.add("unbounded", written.spending.unboundedCount)
        object.add("unknown", written.spending.unknownCount)
        object.add("seeded", written.spending.seededCount)
        object.add("trusting", written.spending.trustingCount)
        object.add("copied", totals.copyCount)
        object.add("contradictions", totals.contradictionCount)
        object.add("chain", (damage ?? "intact").string)
        return object
    }
}
#endif
