import HansaAccounting
import HansaCore
import HansaPrivacy

/// The engine's part in the privacy ledger: lines for what was received and published, and budgets kept in advance.
extension RoundEngine {
    /// How many attempts' terms are kept for updates that come late.
    private static let keptTermsCount = 4

    /// The ledger as the store has it, checked line by line and against the run's other records, and the line to be
    /// written before the next one.
    static func recoverLedger(
        _ specification: RunSpecification,
        store: any CoordinatorStore,
        beside recovered: RecoveredRun
    ) throws(CoordinatorError) -> (state: LedgerState, unwritten: [LedgerLine]) {
        let terms = LedgerTerms(
            run: specification.run,
            clientCount: specification.population,
            delta: specification.privacy.delta,
            runBudget: specification.privacy.runBudget,
            clientBudget: specification.privacy.clientBudget,
            isSeeded: specification.privacy.isSeeded
        )
        let lines: [LedgerLine]
        do throws(StoreError) { lines = try store.ledger() } catch { throw .store(error) }
        var verifier = LedgerVerifier()
        do throws(LedgerError) {
            for line in lines { try verifier.read(line.bytes) }
        } catch {
            throw .ledger(error)
        }
        let finding = LedgerCompleteness.finding(
            verifier,
            participation: recovered.participation,
            updates: recovered.progress?.updates.map { ($0.report.assignment, $0.report.payloadDigest) } ?? [],
            unledgeredVersion: recovered.unledgeredVersion,
            hasOpenRound: recovered.progress != nil
        )
        if let finding { throw .ledger(.incomplete(reason: finding)) }
        guard !lines.isEmpty else {
            var fresh = LedgerState(terms: terms)
            let header = fresh.header()
            return (fresh, [header])
        }
        guard var state = verifier.state, state.terms == terms else {
            throw .recoveredRunMismatch("the privacy ledger was begun with another budget, delta, run or roster")
        }
        let mark = state.restart()
        return (state, [mark])
    }

    // MARK: Receipts

    /// The line of an update that arrived with its payload, whatever became of it; nil where there is none to write.
    ///
    /// The coordinator is the adversary of local noise, so what it refused is charged as well: once for each payload of
    /// an assignment. Nothing is charged for clients that no plan was made for.
    mutating func charge(
        _ report: UpdateReport,
        answer: SubmissionAnswer,
        isNew: Bool
    ) throws(CoordinatorError) -> LedgerLine? {
        switch answer {
        case .accepted where !isNew: return nil
        case .refused(.unknownClient), .refused(.notSelected), .refused(.unknownAssignment): return nil
        case .accepted, .refused: break
        }
        let upload = UploadName(assignment: report.assignment, digest: report.payloadDigest)
        return try charge(upload, plan: report.planDigest, wasAccepted: answer == .accepted)
    }

    /// Charges uploads that were begun and will not be finished, before what arrived of them is dropped.
    ///
    /// Part of a noised update tells part of what the whole would, so it costs the whole. What a process received and
    /// took along when it died was never kept; the device's own ledger has it.
    mutating func chargeAbandoned(_ uploads: [UploadName]) throws(CoordinatorError) {
        var lines: [LedgerLine] = []
        // In an order of their own, so that the same uploads give the same lines.
        for upload in uploads.sorted(by: { $0.assignment < $1.assignment })
        where upload.assignment.client.number < specification.population {
            if let line = try charge(upload, plan: nil, wasAccepted: false) { lines.append(line) }
        }
        lines = withUnwritten(lines)
        guard !lines.isEmpty else { return }
        try perform { [store] () throws(StoreError) in try store.append([], files: [:], ledger: lines) }
    }

    private mutating func charge(
        _ upload: UploadName,
        plan: SHA256Digest?,
        wasAccepted: Bool
    ) throws(CoordinatorError) -> LedgerLine? {
        guard !ledger.hasCharged(upload.assignment, payload: upload.digest),
            let release = received(upload, plan: plan, wasAccepted: wasAccepted)
        else { return nil }
        return try line(release)
    }

    private func received(_ upload: UploadName, plan: SHA256Digest?, wasAccepted: Bool) -> LedgerRelease? {
        let id = upload.assignment
        let own = terms.last { $0.round == id.round && $0.attempt == id.attempt }
        if let known = own ?? terms.last {
            let role = active?.role(of: id.client) ?? .trainer
            return known.received(upload, plan: plan, role: role, wasAccepted: wasAccepted)
        }
        // The run is over and an earlier process had the plans: the mechanism of the last receipt stands for it.
        return ledger.lastReceived?.replacing(id, payload: upload.digest, plan: plan, wasAccepted: wasAccepted)
    }

    // MARK: Publications

    /// The lines of a model that is about to be published.
    mutating func publication(
        of active: ActiveRound,
        accepted: [AssignmentID],
        version: UInt64
    ) throws(CoordinatorError) -> [LedgerLine] {
        var lines: [LedgerLine] = []
        for (role, terms) in active.terms.ordered {
            let clients = accepted.map(\.client).filter { active.role(of: $0) == role }
            lines.append(try line(active.terms.published(terms, version: version, clients: clients)))
        }
        return lines
    }

    private mutating func line(_ release: LedgerRelease) throws(CoordinatorError) -> LedgerLine {
        do throws(LedgerError) { return try ledger.release(release) } catch { throw .ledger(error) }
    }

    /// These lines behind those that wait for them: a header or the mark of a restart is written with the first release.
    mutating func withUnwritten(_ lines: [LedgerLine]) -> [LedgerLine] {
        guard !lines.isEmpty else { return [] }
        defer { unwritten = [] }
        return unwritten + lines
    }

    mutating func keep(_ fresh: RoundTerms) {
        terms.append(fresh)
        if terms.count > Self.keptTermsCount { terms.removeFirst() }
    }

    /// The secret that a round's central noise is drawn from: from the operating system, or from the run's seed where the
    /// plan says that its noise is no protection; empty where the coordinator adds none.
    func drawNoiseSeed(_ terms: RoundTerms) throws(CoordinatorError) -> [UInt8] {
        for (_, role) in terms.ordered {
            guard let noise = role.noise, case .central = noise.placement else { continue }
            switch noise.source {
            case .seeded: return NoiseKey.insecureRoot(seed: specification.seed)
            case .system:
                do throws(PrivacyError) { return try NoiseStream.systemKey() } catch { throw .noNoise }
            }
        }
        return []
    }

    // MARK: Budgets

    /// The clients who cannot afford a round with these terms, or why nobody can take part in it.
    func excluded(by terms: RoundTerms) throws(CoordinatorError) -> Result<Set<ClientID>, BudgetStop> {
        var excluded: Set<ClientID> = []
        let stop = { (owner: BudgetStop.Owner) in BudgetStop(round: terms.round, owner: owner) }
        for (_, role) in terms.ordered {
            guard let placement = role.noise?.placement else {
                // Without noise every ε is infinite.
                if ledger.terms.runBudget != nil { return .failure(stop(.run)) }
                if ledger.terms.clientBudget != nil { return .failure(stop(noClients)) }
                continue
            }
            guard let event = placement == .local ? role.clientEvent : role.releaseEvent else { continue }
            let cost: PrivacyCost
            do throws(PrivacyError) { cost = try event.cost() } catch { throw .ledger(.notAccountable(error)) }
            if placement == .local {
                // The run's budget bounds the client worst off, who is left out like one beyond its own.
                guard let beyond = ledger.exhaustedClients(by: cost, placement: placement) else {
                    return .failure(stop(noClients))
                }
                guard let beyondRun = ledger.clientsBeyondRun(by: cost) else { return .failure(stop(.run)) }
                excluded.formUnion(beyond.union(beyondRun))
            } else {
                guard ledger.runAdmits(cost) else { return .failure(stop(.run)) }
                guard let beyond = ledger.exhaustedClients(by: cost, placement: placement) else {
                    return .failure(stop(noClients))
                }
                excluded.formUnion(beyond)
            }
        }
        let left = Int(specification.population) - excluded.count
        let needed = max(specification.policy.quorum, terms.cohortMin)
        guard left >= needed else { return .failure(stop(.clients(left: left, needed: needed))) }
        return .success(excluded)
    }

    private var noClients: BudgetStop.Owner { .clients(left: 0, needed: specification.policy.quorum) }
}
