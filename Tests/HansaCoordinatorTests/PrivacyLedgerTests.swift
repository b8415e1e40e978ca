import HansaAccounting
import HansaAggregation
import HansaCore
import HansaPrivacy
import HansaResults
import Testing

@testable import HansaCoordinator

/// What the engine charges, when it is durable, and what budgets stop.
@Suite struct PrivacyLedgerTests {
    /// The state that the durable lines make, computed from them alone.
    static func recomputed(_ federation: Federation) throws -> LedgerState? {
        var verifier = LedgerVerifier()
        for line in try InMemoryStore(disk: federation.disk).ledger() { try verifier.read(line.bytes) }
        return verifier.state
    }

    static let placements: [NoisePlacement] = [.local, .distributed(cohortMin: 4), .central]

    @Test(arguments: placements)
    func everyReleaseHasItsLine(placement: NoisePlacement) throws {
        let federation = try Federation.noised(placement)
        var engine = try federation.engine()
        try federation.finish(&engine)
        let state = try #require(try Self.recomputed(federation))
        #expect(state == engine.ledger)
        #expect(state.publishedCount == 3)
        #expect(state.receivedCount == (placement == .central ? 0 : 12))
        #expect(state.run.spending.releaseCount == (placement == .local ? 0 : 3))
    }

    @Test func aRunWithoutNoiseSaysThatNothingIsProtected() throws {
        let federation = try Federation()
        var engine = try federation.engine()
        try federation.finish(&engine)
        let state = try #require(try Self.recomputed(federation))
        #expect(state.receivedCount == 0)
        #expect(state.runFigures.words == "none (no noise)")
    }

    @Test func whatIsRefusedIsChargedOnceAndRepeatsAreFree() throws {
        let federation = try Federation.noised(.local)
        var engine = try federation.engine()
        let work = try #require(federation.assignments(of: engine).first)
        let update = try federation.update(for: work)
        let other = try federation.update(for: work, salt: 1)
        let client = work.id.client
        func count() -> UInt64 { engine.ledger.account(of: client).sent.spending.releaseCount }
        #expect(try engine.submit([update], now: 0) == [.accepted])
        #expect(count() == 1)
        #expect(try engine.submit([update], now: 0) == [.accepted])
        #expect(count() == 1)
        // Other noise for the same work: refused, and seen all the same.
        #expect(try engine.submit([other, other], now: 0).allSatisfy { $0 == .refused(.conflictingUpdate) })
        #expect(count() == 2)
        try federation.finish(&engine)
        let late = try federation.update(for: work, salt: 2)
        let before = count()
        #expect(try engine.submit([late], now: 0) == [.refused(.conflictingUpdate)])
        #expect(count() == before + 1)
        // A process that never had the plan charges as well, and knows what is charged already.
        engine = try federation.engine()
        let later = try federation.update(for: work, salt: 3)
        #expect(try engine.submit([later, late], now: 0).allSatisfy { $0 == .refused(.conflictingUpdate) })
        #expect(count() == before + 2)
        #expect(try Self.recomputed(federation) == engine.ledger)
        var stranger = update
        stranger.report.assignment = AssignmentID(round: 1, attempt: 0, client: ClientID(99), fence: 0)
        #expect(try engine.submit([stranger], now: 0) == [.refused(.unknownClient)])
        #expect(count() == before + 2)
    }

    /// A store that remembers what was released under which seed.
    final class Watch: CoordinatorStore {
        final class Log {
            var seeds: [UInt64: Set<[UInt8]>] = [:]
            var models: [UInt64: Set<SHA256Digest>] = [:]
        }

        let store: InMemoryStore
        let log: Log
        /// How many of the ledger's lines are there still.
        let lineCountMax: Int

        init(_ store: InMemoryStore, log: Log, lineCountMax: Int = .max) {
            self.store = store
            self.log = log
            self.lineCountMax = lineCountMax
        }

        func recover(configurationDigest: SHA256Digest) throws(StoreError) -> RecoveredRun? {
            let run = try store.recover(configurationDigest: configurationDigest)
            if let release = run?.progress?.release {
                log.seeds[release.version, default: []].insert(release.noiseSeed)
            }
            return run
        }

        func recordRelease(_ entry: ReleaseEntry, ledger: [LedgerLine]) throws(StoreError) {
            try store.recordRelease(entry, ledger: ledger)
            log.seeds[entry.version, default: []].insert(entry.noiseSeed)
        }

        func writeCheckpoint(_ checkpoint: Checkpoint) throws(StoreError) {
            log.models[checkpoint.version, default: []].insert(checkpoint.modelDigest)
            try store.writeCheckpoint(checkpoint)
        }

        func create(run: RunID, configurationDigest: SHA256Digest, initial: Checkpoint) throws(StoreError) {
            try store.create(run: run, configurationDigest: configurationDigest, initial: initial)
        }
        func open(_ opening: RoundOpening) throws(StoreError) { try store.open(opening) }
        func append(
            _ updates: [(update: StoredUpdate, payload: [UInt8])],
            files: [AssignmentID: PayloadFile],
            ledger: [LedgerLine]
        ) throws(StoreError) { try store.append(updates, files: files, ledger: ledger) }
        func payload(of assignment: AssignmentID) throws(StoreError) -> [UInt8] { try store.payload(of: assignment) }
        func payloadDigest(of assignment: AssignmentID) throws(StoreError) -> SHA256Digest? {
            try store.payloadDigest(of: assignment)
        }
        func close(_ closing: RoundClosing) throws(StoreError) { try store.close(closing) }
        func ledger() throws(StoreError) -> [LedgerLine] { Array(try store.ledger().prefix(lineCountMax)) }
        func makeCurrent(version: UInt64, participation: ParticipationRecord) throws(StoreError) {
            try store.makeCurrent(version: version, participation: participation)
        }
        func recordAbort(_ participation: ParticipationRecord) throws(StoreError) {
            try store.recordAbort(participation)
        }
        func deletePayloads(round: UInt32, attempt: UInt32) throws(StoreError) {
            try store.deletePayloads(round: round, attempt: attempt)
        }
    }

    /// What a run left behind.
    private struct Played {
        var engine: RoundEngine
        var log: Watch.Log
        var momentCount: Int
        /// The updates that the engine had answered.
        var answered: [UpdateReport]
    }

    /// Plays a run whose process dies at one durable moment; clients repeat what was not answered.
    ///
    /// - Parameter sendsTwice: whether every client also sends another payload for its work, which is refused.
    private static func play(
        _ federation: Federation,
        fatal: Int?,
        sendsTwice: Bool = false
    ) throws -> Played {
        let log = Watch.Log()
        let reaper = RecoveryTests.Reaper(fatal: fatal)
        var answered: [UpdateReport] = []
        while true {
            do throws(CoordinatorError) {
                let store = Watch(InMemoryStore(disk: federation.disk, observer: reaper.observe), log: log)
                var engine = try RoundEngine(specification: federation.specification, store: store, now: 0)
                while !engine.isFinished {
                    for assignment in federation.assignments(of: engine) {
                        for salt in sendsTwice ? [0, 1] as [UInt32] : [0] {
                            guard let update = try? federation.update(for: assignment, salt: salt) else { continue }
                            _ = try engine.submit([update], now: 0)
                            answered.append(update.report)
                        }
                    }
                }
                return Played(engine: engine, log: log, momentCount: reaper.writes.count, answered: answered)
            } catch {
                guard error == .store(.crashed) else { throw error }
            }
        }
    }

    @Test(arguments: placements)
    func aDeathAtEveryDurableMomentUndercountsNothingAndDrawsNothingAnew(placement: NoisePlacement) throws {
        let calm = try Self.play(.noised(placement, source: .seeded), fatal: nil)
        #expect(calm.momentCount > 30)
        for fatal in 0..<calm.momentCount {
            let federation = try Federation.noised(placement, source: .seeded)
            let engine = try Self.play(federation, fatal: fatal).engine
            #expect(engine.ledger.semanticDigest == calm.engine.ledger.semanticDigest, "moment \(fatal)")
            #expect(engine.modelDigest == calm.engine.modelDigest, "moment \(fatal)")
            #expect(try Self.recomputed(federation)?.semanticDigest == calm.engine.ledger.semanticDigest)
        }
    }

    /// Two rounds are over and one has two updates when the ledger's end goes missing.
    @Test(arguments: placements)
    func aRunWhoseLedgerWasCutDoesNotGoOn(placement: NoisePlacement) throws {
        let federation = try Federation.noised(placement)
        var engine = try federation.engine()
        while engine.checkpoint.version < 2 {
            for work in federation.assignments(of: engine) {
                _ = try engine.submit([federation.update(for: work)], now: 0)
            }
        }
        for work in federation.assignments(of: engine).prefix(2) {
            _ = try engine.submit([federation.update(for: work)], now: 0)
        }
        let lineCount = try InMemoryStore(disk: federation.disk).ledger().count
        for kept in 0...lineCount {
            let store = Watch(InMemoryStore(disk: federation.disk), log: Watch.Log(), lineCountMax: kept)
            do throws(CoordinatorError) {
                _ = try RoundEngine(specification: federation.specification, store: store, now: 0)
                #expect(kept == lineCount)
            } catch {
                guard case .ledger(.incomplete) = error else { throw error }
                #expect(kept < lineCount)
            }
        }
    }

    @Test(arguments: [NoisePlacement.local, .distributed(cohortMin: 4)])
    func whatWasAnsweredIsChargedWhereverTheProcessDied(placement: NoisePlacement) throws {
        let calm = try Self.play(.noised(placement), fatal: nil, sendsTwice: true)
        #expect(calm.engine.ledger.receivedCount == 24)
        for fatal in 0..<calm.momentCount {
            let federation = try Federation.noised(placement)
            let played = try Self.play(federation, fatal: fatal, sendsTwice: true)
            let durable = try #require(try Self.recomputed(federation))
            for report in played.answered {
                #expect(durable.hasCharged(report.assignment, payload: report.payloadDigest), "moment \(fatal)")
            }
        }
    }

    @Test func centralNoiseOfTheSystemIsDrawnOnceWhateverHappens() throws {
        let calm = try Self.play(.noised(.central), fatal: nil)
        #expect(calm.log.seeds.count == 3)
        #expect(Set(calm.log.seeds.values.flatMap { $0 }).count == 3)
        for fatal in 0..<calm.momentCount {
            let played = try Self.play(.noised(.central), fatal: fatal)
            let (engine, log) = (played.engine, played.log)
            #expect(engine.checkpoint.version == 3)
            for version in 1...3 as ClosedRange<UInt64> {
                #expect(log.seeds[version]?.count == 1, "moment \(fatal)")
                #expect(log.seeds[version]?.first?.count == 32)
                #expect(log.models[version]?.count == 1, "moment \(fatal)")
            }
        }
    }

    @Test func centralNoiseChangesTheModelAndFollowsFromItsSeed() throws {
        let bare = try Self.play(Federation(weighting: .uniform, returnedFields: []), fatal: nil)
        let first = try Self.play(.noised(.central), fatal: nil)
        let second = try Self.play(.noised(.central), fatal: nil)
        let seeded = try Self.play(.noised(.central, source: .seeded), fatal: nil)
        let again = try Self.play(.noised(.central, source: .seeded), fatal: nil)
        #expect(Set([bare, first, second, seeded].map(\.engine.modelDigest)).count == 4)
        #expect(seeded.engine.modelDigest == again.engine.modelDigest)
    }

    @Test func tooFewSharesAreNotPublished() throws {
        let policy = RoundPolicy(cohort: 4, quorum: 2, attemptCountMax: 1)
        let federation = try Federation.noised(.distributed(cohortMin: 4), policy: policy)
        var engine = try federation.engine()
        let work = federation.assignments(of: engine)
        try engine.withdraw(work[0].id, now: 0)
        #expect(throws: CoordinatorError.tooManyAborts(round: 1)) {
            _ = try engine.submit(work.dropFirst().map { try federation.update(for: $0) }, now: 0)
        }
        #expect(engine.participation.map(\.outcome) == [.aborted(.belowQuorum)])
    }

    // MARK: Budgets

    /// A budget that one release of these plans fits `count` times.
    private static func budget(_ federation: Federation, releases count: Int) throws -> PrivacyBudget {
        let opening = try #require(try federation.engine().opening)
        let plan = try #require(opening.plans[.trainer])
        let schema = federation.specification.schema
        let event = try #require(try plan.releaseEvent(schema: schema) ?? plan.clientEvent(schema: schema))
        var spending = PrivacySpending()
        for _ in 0..<count { spending.add(try event.cost()) }
        return PrivacyBudget(epsilonPerRound: nil, epsilon: spending.epsilon(delta: 1e-5) * 1.0001, delta: 1e-5)
    }

    @Test func theRunStopsBeforeTheRoundThatWouldOverspend() throws {
        let budget = try Self.budget(.noised(.central), releases: 2)
        let federation = try Federation.noised(.central, rounds: 5, privacy: RunPrivacy(runBudget: budget))
        var engine = try federation.engine()
        try federation.finish(&engine)
        #expect(engine.checkpoint.version == 2)
        #expect(engine.stopped == BudgetStop(round: 3, owner: .run))
        let events = engine.takeEvents()
        guard case .finished = events.last, case .stopped(let stop) = events.dropLast().last else {
            Issue.record("the run did not say why it ended")
            return
        }
        #expect(stop.round == 3)
        // A new process says the same and publishes nothing.
        engine = try federation.engine()
        #expect(engine.isFinished)
        #expect(engine.stopped?.round == 3)
        #expect(engine.ledger.publishedCount == 2)
        #expect(engine.requestWork(from: ClientID(0)) == .finished)
    }

    @Test(arguments: [NoisePlacement.local, .central])
    func exhaustedClientsAreNotSelectedAndThenTheRunStops(placement: NoisePlacement) throws {
        let budget = try Self.budget(.noised(placement), releases: 1)
        let federation = try Federation.noised(placement, rounds: 5, privacy: RunPrivacy(clientBudget: budget))
        var engine = try federation.engine()
        try federation.finish(&engine)
        // Eight clients, four a round, once each.
        #expect(engine.checkpoint.version == 2)
        #expect(Set(engine.participation.flatMap(\.accepted)) == Set(0..<8))
        #expect(engine.stopped == BudgetStop(round: 3, owner: .clients(left: 0, needed: 2)))
    }

    @Test(arguments: placements)
    func aRunThatCouldNeverBeginIsRefused(placement: NoisePlacement) throws {
        let budget = PrivacyBudget(epsilonPerRound: 1e-3, epsilon: nil, delta: 1e-5)
        let federation = try Federation.noised(placement, privacy: RunPrivacy(runBudget: budget))
        #expect(throws: CoordinatorError.budget(BudgetStop(round: 1, owner: .run))) { try federation.engine() }
        #expect(throws: CoordinatorError.budget(BudgetStop(round: 1, owner: .run))) {
            try Federation(privacy: RunPrivacy(runBudget: budget)).engine()
        }
    }

    @Test func aLedgerOfAnotherBudgetIsRefused() throws {
        var federation = try Federation.noised(.local)
        var engine = try federation.engine()
        try federation.finish(&engine)
        federation.specification.privacy.delta = 1e-6
        #expect(throws: CoordinatorError.self) { try federation.engine() }
    }
}
