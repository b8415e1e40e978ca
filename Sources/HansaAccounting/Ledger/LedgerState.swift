public import HansaCore
public import HansaPrivacy

/// What a run has spent so far, and where its chain of lines ends: all that the next line depends on.
///
/// The coordinator makes the next line with it before each release; a verifier makes every line again from what the
/// lines say was released. Both do the same, so a ledger's lines and the state recovered from them cannot differ.
public struct LedgerState: Hashable, Sendable {
    /// The version of the lines' form.
    public static let formatVersion = 1

    public let terms: LedgerTerms
    /// How many lines there are, which is the next line's index.
    public private(set) var lineCount: UInt64 = 0
    /// What publications have cost whoever counts in all of them.
    public private(set) var run = LedgerAccount(keepsOrders: true)
    /// What the client worst off has given to those who see single updates.
    public private(set) var worstSent = LedgerFigures()
    /// What the client worst off has given to readers of published models.
    public private(set) var worstPublished = LedgerFigures()

    /// SHA-256 of the last line.
    private(set) var previous: SHA256Digest?
    private var clients: [UInt32: LedgerClient] = [:]
    /// The figures that publications of locally noised updates printed last.
    private var printedWorst = LedgerFigures()
    private var charged: Set<LedgerCharge> = []
    /// The last update that was received.
    public private(set) var lastReceived: LedgerRelease?
    /// The last publication.
    public private(set) var lastPublished: LedgerRelease?
    public private(set) var receivedCount: UInt64 = 0
    public private(set) var publishedCount: UInt64 = 0
    private(set) var semantics = LedgerSemantics()

    /// The state before the header.
    public init(terms: LedgerTerms) { self.terms = terms }

    // MARK: What may be asked

    /// What a client has spent.
    public func account(of client: ClientID) -> LedgerClient { clients[client.number] ?? LedgerClient() }

    /// The clients that have spent anything, ascending.
    public var spenders: [ClientID] { clients.keys.sorted().map { ClientID($0) } }

    /// Whether a received update has its line already; the same bytes are charged once.
    public func hasCharged(_ assignment: AssignmentID, payload: SHA256Digest) -> Bool {
        charged.contains(LedgerCharge(assignment: assignment, payload: payload))
    }

    /// Whether one more publication stays within the run's budget.
    public func runAdmits(_ cost: PrivacyCost) -> Bool {
        terms.runBudget?.admits(cost, after: run.spending) ?? true
    }

    /// The clients whom one more release would take beyond their budget; nil where it is beyond a fresh client's.
    ///
    /// The budget bounds what the placement promises: under local noise a client's own updates, else the publications
    /// that it counts in. A share alone promises little, and is recorded without a limit.
    public func exhaustedClients(by cost: PrivacyCost, placement: NoisePlacement) -> Set<ClientID>? {
        clients(beyond: terms.clientBudget, by: cost) { placement == .local ? $0.sent : $0.published }
    }

    /// The clients whom one more locally noised update would take beyond the run's budget, which under local noise bounds
    /// the client worst off; nil where it is beyond a fresh client's.
    public func clientsBeyondRun(by cost: PrivacyCost) -> Set<ClientID>? {
        clients(beyond: terms.runBudget, by: cost) { $0.sent }
    }

    private func clients(
        beyond budget: PrivacyBudget?,
        by cost: PrivacyCost,
        account: (LedgerClient) -> LedgerAccount
    ) -> Set<ClientID>? {
        guard let budget else { return [] }
        guard budget.admits(cost, after: PrivacySpending()) else { return nil }
        var beyond: Set<ClientID> = []
        // Clients that took part equally often are judged once: a budget's filter is a search.
        var judged: [PrivacySpending: Bool] = [PrivacySpending(): true]
        for (number, client) in clients {
            let spending = account(client).spending
            let isAdmitted = judged[spending] ?? budget.admits(cost, after: spending)
            judged[spending] = isAdmitted
            if !isAdmitted { beyond.insert(ClientID(number)) }
        }
        return beyond
    }

    /// SHA-256 over what the lines mean, in an order that no transport decides: without their indices, their chain and
    /// the lines of restarts.
    public var semanticDigest: SHA256Digest { semantics.digest }

    /// What a client has given to those who see single updates, and to readers of published models.
    public func figures(of client: ClientID) -> (sent: LedgerFigures, published: LedgerFigures) {
        let held = account(of: client)
        return (held.sent.figures(delta: terms.delta), held.published.figures(delta: terms.delta))
    }

    /// What publications have cost whoever counts in all of them.
    public var runFigures: LedgerFigures { run.figures(delta: terms.delta) }

    /// Whom a release protects against, after all that was released before it: nobody, where it is the sum of updates
    /// whose noise came from a seed.
    public func adversariesCovered(by release: LedgerRelease) -> [LedgerAdversary] {
        isSumOfSeeded(release) ? [] : release.adversariesCovered
    }

    /// What a release protects, after all that was released before it, in plain words.
    public func statement(of release: LedgerRelease) -> String {
        isSumOfSeeded(release) ? LedgerRelease.seededStatement : release.statement
    }

    private func isSumOfSeeded(_ release: LedgerRelease) -> Bool {
        guard release.placement == .local, case .published = release.content else { return false }
        return terms.isSeeded || worstSent.hasSeededNoise
    }

    /// What every line of a run with seeded noise says.
    private var warning: [(key: String, value: String)] {
        terms.isSeeded ? [("warning", LedgerText.string("seeded noise gives no privacy"))] : []
    }

    // MARK: Lines

    /// The first line.
    public mutating func header() -> LedgerLine {
        precondition(lineCount == 0, "a ledger has one header")
        func budget(_ budget: PrivacyBudget?) -> String {
            guard let budget else { return "null" }
            return LedgerText.object([
                ("epsilonPerRound", LedgerText.jsonNumber(budget.epsilonPerRound ?? .infinity)),
                ("epsilon", LedgerText.jsonNumber(budget.epsilon ?? .infinity)),
                ("delta", LedgerText.jsonNumber(budget.delta)),
            ])
        }
        let body = members(
            [
                ("kind", LedgerText.string("header")), ("format", "\(Self.formatVersion)"),
                ("run", LedgerText.string(terms.run.ledgerText)), ("clients", "\(terms.clientCount)"),
                ("delta", LedgerText.jsonNumber(terms.delta)), ("runBudget", budget(terms.runBudget)),
                ("clientBudget", budget(terms.clientBudget)),
                ("plans", LedgerText.string("named by each line; chosen adaptively, so sums are filters")),
                ("accountant", LedgerText.string(LedgerAccount.accountantName)),
            ] + warning
        )
        return line(body, meaning: LedgerSemantics.Key())
    }

    /// The line that says that another process went on.
    public mutating func restart() -> LedgerLine {
        line(members([("kind", LedgerText.string("restart"))] + warning), meaning: nil)
    }

    /// The line of a release, which is charged with it.
    ///
    /// - Throws: `LedgerError.notAccountable`, with nothing changed.
    public mutating func release(_ release: LedgerRelease) throws(LedgerError) -> LedgerLine {
        var cost: PrivacyCost?
        if let event = release.event {
            do throws(PrivacyError) { cost = try event.cost() } catch { throw .notAccountable(error) }
        }
        var body = contentMembers(of: release)
        body += noiseMembers(of: release, cost: cost)
        do throws(PrivacyError) { body += try charge(release, cost: cost) } catch { throw .notAccountable(error) }
        return line(members(body + warning), meaning: LedgerSemantics.Key(release))
    }

    /// The last line of an export: how many lines it ends, their chain, and what they mean.
    public func seal() -> LedgerLine {
        let body = members(
            [
                ("kind", LedgerText.string("seal")), ("lines", "\(lineCount)"),
                ("semanticDigest", LedgerText.string(semanticDigest.hexadecimal)),
            ] + warning
        )
        return LedgerLine(index: lineCount, bytes: Array((chainMembers + body).utf8))
    }
}

// MARK: - Steps

extension LedgerState {
    /// Adds the release to its accounts and spells what they were and are.
    private mutating func charge(
        _ release: LedgerRelease,
        cost: PrivacyCost?
    ) throws(PrivacyError) -> [(key: String, value: String)] {
        switch release.content {
        case .received(let client, let fence, let payload, _):
            var held = account(of: client)
            let before = held.sent.figures(delta: terms.delta)
            try Self.add(release, cost: cost, to: &held.sent)
            charged.insert(
                LedgerCharge(
                    assignment: AssignmentID(
                        round: release.round,
                        attempt: release.attempt,
                        client: client,
                        fence: fence
                    ),
                    payload: payload
                )
            )
            lastReceived = release
            receivedCount += 1
            let after = held.sent.figures(delta: terms.delta)
            clients[client.number] = held
            worstSent.raise(to: after)
            return [("clientBefore", spell(before)), ("clientAfter", spell(after))]
        case .published(_, let published):
            if release.placement == .local {
                lastPublished = release
                publishedCount += 1
                // What readers of the model learn is bounded by what the client worst off has given away.
                let before = printedWorst
                printedWorst = worstSent
                return [("runBefore", spell(before)), ("runAfter", spell(worstSent))]
            }
            let before = (run: run.figures(delta: terms.delta), client: worstPublished)
            try Self.add(release, cost: cost, to: &run)
            lastPublished = release
            publishedCount += 1
            for client in published {
                var held = account(of: client)
                try Self.add(release, cost: cost, to: &held.published)
                clients[client.number] = held
                worstPublished.raise(to: held.published.figures(delta: terms.delta))
            }
            return [
                ("runBefore", spell(before.run)), ("runAfter", spell(run.figures(delta: terms.delta))),
                ("worstClientBefore", spell(before.client)), ("worstClientAfter", spell(worstPublished)),
            ]
        }
    }

    private static func add(
        _ release: LedgerRelease,
        cost: PrivacyCost?,
        to account: inout LedgerAccount
    ) throws(PrivacyError) {
        if let cost, let event = release.event {
            try account.add(cost, of: event)
        } else if release.placement != .local {
            account.addUnprotected()
        }
    }

    private func contentMembers(of release: LedgerRelease) -> [(key: String, value: String)] {
        let attempt = [("round", "\(release.round)"), ("attempt", "\(release.attempt)")]
        switch release.content {
        case .received(let client, let fence, let payload, let wasAccepted):
            return [("kind", LedgerText.string("received"))] + attempt + [
                ("client", "\(client.number)"), ("fence", "\(fence)"),
                ("payload", LedgerText.string(payload.hexadecimal)), ("accepted", "\(wasAccepted)"),
            ]
        case .published(let version, let clients):
            return [("kind", LedgerText.string("published"))] + attempt + [
                ("version", "\(version)"), ("clients", LedgerText.array(clients.map { "\($0.number)" })),
            ]
        }
    }

    private func noiseMembers(of release: LedgerRelease, cost: PrivacyCost?) -> [(key: String, value: String)] {
        var spelled = [
            ("plan", LedgerText.string(release.plan.hexadecimal)),
            ("statement", LedgerText.string(statement(of: release))),
            ("placement", release.placement.map { LedgerText.string($0.name) } ?? "null"),
        ]
        if case .distributed(let cohortMin) = release.placement { spelled.append(("cohortMin", "\(cohortMin)")) }
        spelled.append(
            ("covers", LedgerText.array(adversariesCovered(by: release).map { LedgerText.string($0.rawValue) }))
        )
        if let event = release.event, let cost {
            spelled += [
                ("mechanism", LedgerText.string(event.mechanism.name)),
                ("numerator", "\(event.mechanism.parameter.numerator)"),
                ("denominator", "\(event.mechanism.parameter.denominator)"),
                ("sensitivityL1", "\(event.sensitivityL1)"), ("sensitivityL2Squared", "\(event.sensitivityL2Squared)"),
                ("dimension", "\(event.dimension)"), ("source", LedgerText.string(event.source.name)),
                ("purePerRelease", cost.pureEpsilon.map(LedgerText.jsonNumber) ?? "null"),
                ("rho", LedgerText.jsonNumber(cost.rho)), ("xi", LedgerText.jsonNumber(cost.xi)),
            ]
        } else {
            spelled.append(("mechanism", "null"))
        }
        return spelled + [
            ("derivation", LedgerText.string(release.derivation)), ("cohort", LedgerText.string(release.cohortRule)),
            ("unit", LedgerText.string("one client's whole contribution to a round")),
            ("relation", LedgerText.string("replace-one")),
            ("accountant", LedgerText.string(LedgerAccount.accountantName)),
        ]
    }

    private func spell(_ figures: LedgerFigures) -> String {
        let isNumber = !figures.hasNoNoise && !figures.hasSeededNoise && figures.epsilon.isFinite
        var members = [
            ("epsilon", isNumber ? LedgerText.jsonNumber(figures.epsilon) : LedgerText.string(figures.words)),
            ("pure", LedgerText.jsonNumber(figures.pure)), ("atDelta", LedgerText.jsonNumber(figures.atDelta)),
        ]
        if let rdp = figures.rdp { members.append(("rdp", LedgerText.jsonNumber(rdp))) }
        return LedgerText.object(members)
    }

    private mutating func line(_ body: String, meaning: LedgerSemantics.Key?) -> LedgerLine {
        let line = LedgerLine(index: lineCount, bytes: Array((chainMembers + body).utf8))
        if let meaning { semantics.add(body, at: meaning) }
        previous = SHA256Digest(hashing: line.bytes)
        lineCount += 1
        return line
    }

    /// The beginning of the next line.
    private var chainMembers: String {
        "{\"index\":\(lineCount),\"previous\":\(previous.map { LedgerText.string($0.hexadecimal) } ?? "null"),"
    }

    /// The rest of a line, to its closing brace.
    private func members(_ members: [(key: String, value: String)]) -> String {
        String(LedgerText.object(members).dropFirst())
    }
}
