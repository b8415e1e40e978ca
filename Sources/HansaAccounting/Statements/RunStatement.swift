import HansaPrivacy

/// Who is protected against whom by what a run released so far, and what that is worth: one promise of a ledger in plain
/// words.
///
/// A run with shares of noise has two, one against readers of models and one against the coordinator.
public struct RunStatement: Hashable, Sendable {
    /// Whom it is about: everyone whom the noise covers, or would, were it no seed's.
    public let adversaries: [LedgerAdversary]
    /// Whom no noise of the run is against; said once for a run.
    public let exposed: [LedgerAdversary]
    /// What is protected, in words.
    public let unit: String
    public let figures: LedgerFigures
    public let promise: PrivacyStatement

    init(
        adversaries: [LedgerAdversary],
        exposed: [LedgerAdversary],
        unit: String,
        figures: LedgerFigures,
        delta: Double
    ) {
        self.adversaries = adversaries
        self.exposed = exposed
        self.unit = unit
        self.figures = figures
        let isBounded = !figures.hasNoNoise && !figures.hasSeededNoise
        promise = PrivacyStatement(epsilon: isBounded ? figures.epsilon : .infinity, delta: delta)
    }

    /// The statement, a heading and a text a line.
    public var lines: [(heading: String, text: String)] {
        var lines: [(heading: String, text: String)] = []
        if promise.grade == .nothing {
            lines.append(("who", "nobody is protected against anybody"))
            lines.append(("why", reason))
            return lines + [("verdict", promise.verdict)]
        }
        lines.append(("who", "each client, against " + Self.list(adversaries)))
        lines.append(("what", unit))
        let epsilon = PlainNumber.upward(figures.epsilon, places: 2)
        lines.append(("promise", "epsilon \(epsilon) at delta \(promise.delta), for the client worst off"))
        lines.append(("meaning", promise.meaning))
        lines.append(("verdict", promise.verdict))
        if !exposed.isEmpty { lines.append(("not against", Self.list(exposed))) }
        if !promise.remedy.isEmpty { lines.append(("what helps", promise.remedy)) }
        return lines
    }

    private var reason: String {
        if figures.hasNoNoise { return "something was released without noise" }
        if figures.hasSeededNoise {
            return
                "the noise follows from a seed, and whoever knows it subtracts it; the same noise from the operating "
                + "system would have epsilon \(PlainNumber.upward(figures.epsilon, places: 2))"
        }
        return "no epsilon bounds what was released"
    }

    private static func list(_ adversaries: [LedgerAdversary]) -> String {
        adversaries.map(\.rawValue).joined(separator: ", ")
    }
}

extension LedgerState {
    /// What the releases so far protect, for each kind of people who see them; empty before the first release.
    public var statements: [RunStatement] {
        var releases: [(release: LedgerRelease, isSent: Bool)] = []
        // Under local noise the sum of private updates tells no more than they do.
        if let lastPublished, lastPublished.placement != .local { releases.append((lastPublished, false)) }
        if let lastReceived { releases.append((lastReceived, true)) }
        let covered = Set(releases.flatMap { adversariesCovered(by: $0.release) })
        return releases.enumerated().map { index, item in
            RunStatement(
                adversaries: adversariesCovered(by: item.release),
                exposed: index > 0 ? [] : LedgerAdversary.allCases.filter { !covered.contains($0) },
                unit: unit(isSent: item.isSent),
                figures: item.isSent ? worstSent : worstPublished,
                delta: terms.delta
            )
        }
    }

    private func unit(isSent: Bool) -> String {
        var most: UInt64 = 0
        for client in spenders {
            let held = account(of: client)
            most = max(most, isSent ? held.sent.spending.releaseCount : held.published.spending.releaseCount)
        }
        let releases = isSent ? "the updates that it sent" : "the models that it counts in"
        return "one client's whole contribution to the run, in all of \(releases) (\(most) at most), against any other"
    }
}
