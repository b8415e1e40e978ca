import HansaAggregation
import HansaCore
import HansaNumerics
import HansaResults
import Testing

@testable import HansaCoordinator

/// A process that dies at any durable write is followed by one that ends with the same model and the same record.
@Suite struct RecoveryTests {
    /// Lets the process die at one write, counted over the run, and lets every later one live.
    final class Reaper {
        var writes: [DurableWrite] = []
        private var fatal: Int?

        init(fatal: Int?) { self.fatal = fatal }

        func observe(_ write: DurableWrite) throws(StoreError) {
            writes.append(write)
            guard writes.count - 1 == fatal else { return }
            fatal = nil
            throw .crashed
        }
    }

    static func federation() throws -> Federation {
        try Federation(
            policy: RoundPolicy(cohort: 4, overSelection: 0.5, dropout: 0.2, quorum: 2),
            optimizer: .momentum(learningRate: 0.5, beta: 0.9)
        )
    }

    /// Plays the run; clients repeat everything they sent before, as their outboxes would.
    static func play(_ federation: Federation, reaper: Reaper) throws -> (engine: RoundEngine, deaths: Int) {
        var deaths = 0
        while true {
            do throws(CoordinatorError) {
                var engine = try federation.engine(observer: reaper.observe)
                while !engine.isFinished {
                    for assignment in federation.assignments(of: engine) {
                        guard let update = try? federation.update(for: assignment) else { continue }
                        _ = try engine.submit([update], now: 0)
                    }
                }
                return (engine, deaths)
            } catch {
                #expect(error == .store(.crashed))
                deaths += 1
                try #require(deaths < 3)
            }
        }
    }

    @Test func everyGapIsRecoveredFrom() throws {
        let calm = Reaper(fatal: nil)
        let expected = try Self.play(Self.federation(), reaper: calm).engine
        #expect(expected.checkpoint.version == 3)
        let kinds = Set(calm.writes.map(\.kind))
        #expect(
            kinds.isSuperset(of: [
                .run, .opening, .receipts, .closing, .release, .checkpointRow, .current, .payloadRemoval,
            ])
        )
        for fatal in calm.writes.indices {
            let (engine, deaths) = try Self.play(Self.federation(), reaper: Reaper(fatal: fatal))
            #expect(deaths == 1, "write \(fatal)")
            #expect(engine.modelDigest == expected.modelDigest, "\(calm.writes[fatal])")
            #expect(engine.checkpoint == expected.checkpoint, "\(calm.writes[fatal])")
            #expect(engine.participation == expected.participation, "\(calm.writes[fatal])")
        }
    }

    @Test func anAbortIsRecoveredFromAtEveryGap() throws {
        func run(fatal: Int?) throws -> (RoundEngine, Reaper) {
            let federation = try Federation()
            let reaper = Reaper(fatal: fatal)
            while true {
                do throws(CoordinatorError) {
                    var engine = try federation.engine(observer: reaper.observe)
                    while engine.opening?.attempt == 0 {
                        for assignment in federation.assignments(of: engine) {
                            try engine.withdraw(assignment.id, now: 0)
                        }
                    }
                    return (engine, reaper)
                } catch {
                    #expect(error == .store(.crashed))
                }
            }
        }
        let (expected, calm) = try run(fatal: nil)
        #expect(expected.participation.map(\.outcome) == [.aborted(.belowQuorum)])
        for fatal in calm.writes.indices {
            let (engine, _) = try run(fatal: fatal)
            #expect(engine.participation == expected.participation, "\(calm.writes[fatal])")
            #expect(engine.opening == expected.opening, "\(calm.writes[fatal])")
        }
    }

    @Test func acknowledgedUpdatesSurviveAndTheRestIsAskedAgain() throws {
        let federation = try Federation()
        var engine = try federation.engine()
        let updates = try federation.updates(of: engine)
        _ = try engine.submit(Array(updates.prefix(3)), now: 0)
        engine = try federation.engine()
        #expect(federation.assignments(of: engine).map(\.id) == [updates[3].report.assignment])
        #expect(try engine.submit(updates, now: 0).allSatisfy { $0 == .accepted })
        #expect(engine.participation.map(\.accepted.count) == [4])
    }

    @Test func aStoreThatFailedAnswersNobody() throws {
        let federation = try Federation()
        var engine = try federation.engine { write throws(StoreError) in
            if write == DurableWrite(kind: .receipts, moment: .before) { throw .crashed }
        }
        let updates = try federation.updates(of: engine)
        #expect(throws: CoordinatorError.store(.crashed)) { try engine.submit([updates[0]], now: 0) }
        // The next process has never heard of it.
        engine = try federation.engine()
        #expect(federation.assignments(of: engine).count == 4)
    }

    @Test func aSecondProcessLocksTheFirstOneOut() throws {
        let federation = try Federation()
        var first = try federation.engine()
        _ = try federation.engine()
        let updates = try federation.updates(of: first)
        #expect(throws: CoordinatorError.store(.locked(folder: "memory"))) { try first.submit(updates, now: 0) }
    }

    @Test func anotherConfigurationIsRefused() throws {
        var federation = try Federation()
        _ = try federation.engine()
        let old = federation.specification.configurationDigest
        let new = SHA256Digest(hashing: [2])
        federation.specification.configurationDigest = new
        #expect(
            throws: CoordinatorError.store(.foreignRun(got: old.hexadecimal, expected: new.hexadecimal))
        ) { try federation.engine() }
    }

    @Test func aStoreOfAnotherModelIsRefused() throws {
        var federation = try Federation()
        _ = try federation.engine()
        federation.specification.schema = try ParameterSchema([ParameterBlock(name: "other", shape: [27])])
        #expect(throws: CoordinatorError.self) { try federation.engine() }
    }

    @Test func anOpenRoundFromAnotherModelIsRefused() throws {
        let federation = try Federation()
        let engine = try federation.engine()
        let opening = try #require(engine.opening)
        let updates = try federation.updates(of: engine)
        let stored = updates.map { (update: StoredUpdate(report: $0.report, weight: 10), payload: $0.payload) }
        // The same opening on a disk whose model differs.
        var other = try Federation()
        other.specification.initialParameters[0] += 1
        let store = InMemoryStore(disk: other.disk)
        try store.create(
            run: other.specification.run,
            configurationDigest: other.specification.configurationDigest,
            initial: Checkpoint(
                version: 0,
                round: 0,
                schema: other.specification.schema,
                parameters: other.specification.initialParameters,
                strategyState: []
            )
        )
        try store.open(opening)
        try store.append(stored)
        #expect(
            throws: CoordinatorError.recoveredRunMismatch(
                "the open round starts from another model than the current one"
            )
        ) { try other.engine() }
    }

    @Test func aDurableUpdateOfAClientThatTheRoundDoesNotExpectIsRefused() throws {
        let federation = try Federation()
        let engine = try federation.engine()
        let expected = Set(try #require(engine.opening).expected)
        let stranger = try #require((0..<8).map { ClientID($0) }.first { !expected.contains($0) })
        var update = try federation.updates(of: engine)[0]
        update.report.assignment = AssignmentID(round: 1, attempt: 0, client: stranger, fence: 0)
        let store = InMemoryStore(disk: federation.disk)
        try store.append([(update: StoredUpdate(report: update.report, weight: 1), payload: update.payload)])
        #expect(throws: CoordinatorError.recoveredRunMismatch("an update of a client without a role")) {
            try federation.engine()
        }
    }
}
