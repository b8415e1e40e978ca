import HansaAccounting
import HansaCore
import HansaPrivacy

/// What a privacy ledger says, for people.
struct PrivacyLedgerText {
    private let ledger: PrivacyLedger

    init(_ ledger: PrivacyLedger) { self.ledger = ledger }

    func text(listsClients: Bool) -> String {
        guard let state = ledger.state else {
            return "nothing was released yet, so nothing is spent"
        }
        var rows = [
            ("releases", "\(state.publishedCount) models published, \(state.receivedCount) noised updates received"),
            ("restarts", "\(ledger.restartCount)"), ("delta", "\(state.terms.delta)"),
        ]
        rows += budgetRows(state) + spendingRows(state)
        rows.append(("digest", state.semanticDigest.hexadecimal))
        let width = rows.reduce(0) { max($0, $1.0.count) } + 2
        var lines = rows.map { $0.0 + String(repeating: " ", count: width - $0.0.count) + $0.1 }
        if listsClients {
            lines.append("client      against the coordinator   against readers of the model")
            for client in state.spenders {
                let (sent, published) = state.figures(of: client)
                // A sum of private updates tells its readers no more than they do.
                let read = state.lastPublished?.placement == .local ? "at most that" : published.words
                let cells = ["\(client.number)", sent.words, read]
                lines.append(zip(cells, [12, 26, 0]).map(Self.padded).joined())
            }
        }
        for statement in state.statements {
            lines += ["", "in plain words"]
            lines += statement.lines.map { "  " + Self.padded($0.heading, to: 13) + $0.text }
        }
        return lines.joined(separator: "\n")
    }

    private func budgetRows(_ state: LedgerState) -> [(String, String)] {
        [("run's budget", state.terms.runBudget), ("a client's", state.terms.clientBudget)].compactMap { name, budget in
            guard let budget else { return nil }
            let total = budget.epsilon.map { "epsilon \($0) in all" } ?? "no limit in all"
            let round = budget.epsilonPerRound.map { "\($0) a round" } ?? "no limit a round"
            return (name, "\(total), \(round), at delta \(budget.delta)" + Self.reach(of: state))
        }
    }

    /// Against whom a budget counts: with shares of noise and central noise, what single updates tell has no limit.
    private static func reach(of state: LedgerState) -> String {
        switch (state.lastPublished ?? state.lastReceived)?.placement {
        case nil: ""
        case .local: ", against everyone"
        case .distributed: ", against readers of models; what a share alone tells the coordinator has no limit here"
        case .central: ", against readers of models; the coordinator sees updates without noise"
        }
    }

    private func spendingRows(_ state: LedgerState) -> [(String, String)] {
        var rows: [(String, String)] = []
        if let sent = state.lastReceived {
            rows.append(("updates", Self.protection(of: sent, state)))
            rows.append(("worst client", "epsilon \(state.worstSent.words) by its updates alone"))
        }
        guard let published = state.lastPublished else { return rows }
        rows.append(("models", Self.protection(of: published, state)))
        if published.placement == .local {
            rows.append(("readers", "epsilon at most that of the updates: \(state.worstSent.words)"))
        } else {
            rows.append(("readers", "epsilon \(state.runFigures.words) for a client that counts in every model"))
            rows.append(("", "epsilon \(state.worstPublished.words) for the client that counts most often"))
        }
        return rows
    }

    /// What a release's kind protects, and against whom not.
    private static func protection(of release: LedgerRelease, _ state: LedgerState) -> String {
        let covered = state.adversariesCovered(by: release)
        let exposed = LedgerAdversary.allCases.filter { !covered.contains($0) }
        var words = state.statement(of: release)
        if let event = release.event {
            words += "; \(event.mechanism.name) noise"
            if let placement = release.placement { words += ", \(placement.name)" }
        }
        words += covered.isEmpty ? "; protects from nobody" : "; protects from " + list(covered)
        return covered.isEmpty || exposed.isEmpty ? words : words + "; not from " + list(exposed)
    }

    private static func list(_ adversaries: [LedgerAdversary]) -> String {
        adversaries.map(\.rawValue).joined(separator: ", ")
    }

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}
