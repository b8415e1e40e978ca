import HansaCore
import HansaQuantization
import HansaResults
import Testing

@testable import HansaCoordinator

/// What the engine says to good, bad, late and repeated updates; a bad client never makes it throw.
@Suite struct SubmissionTests {
    /// An engine in its first round, a good update and another client's.
    static func start() throws -> (engine: RoundEngine, federation: Federation, updates: [ClientUpdate]) {
        let federation = try Federation()
        let engine = try federation.engine()
        return (engine, federation, try federation.updates(of: engine))
    }

    static func answer(_ change: (inout ClientUpdate) throws -> Void) throws -> SubmissionAnswer {
        var (engine, federation, updates) = try start()
        var bad = updates[0]
        try change(&bad)
        let answers = try engine.submit([bad], now: 0)
        #expect(answers.count == 1)
        // The bad one left no trace: the round commits what it commits without it.
        #expect(try engine.submit(updates, now: 0) == [.accepted, .accepted, .accepted, .accepted])
        var undisturbed = try Federation().engine()
        _ = try undisturbed.submit(updates, now: 0)
        #expect(engine.modelDigest == undisturbed.modelDigest && engine.checkpoint.version == 1)
        try federation.finish(&engine)
        return answers[0]
    }

    @Test func eachDefectHasItsRefusal() throws {
        let table: [(reason: RefusalReason, change: (inout ClientUpdate) throws -> Void)] = [
            (.planMismatch, { $0.report.planDigest = SHA256Digest(hashing: [9]) }),
            (.invalidFields, { $0.report.trainingLoss = nil }),
            (.invalidFields, { $0.report.trainingLoss = .nan }),
            (.invalidFields, { $0.report.trainingLoss = -.infinity }),
            (.invalidWeight, { $0.report.sampleCount = 0 }),
            (.wrongByteCount, { $0 = $0.replacing(payload: []) }),
            (.wrongByteCount, { $0 = $0.replacing(payload: $0.payload.dropLast()) }),
            (.wrongByteCount, { $0 = $0.replacing(payload: $0.payload + [0]) }),
            (.digestMismatch, { $0.payload[3] ^= 1 }),
            (.digestMismatch, { $0.report.payloadDigest = SHA256Digest(hashing: []) }),
            // −128 is no integer of a symmetric lattice of 8 bits.
            (.outsideLattice, { $0 = $0.replacing(payload: [0x80] + $0.payload.dropFirst()) }),
        ]
        for (reason, change) in table { #expect(try Self.answer(change) == .refused(reason), "\(reason)") }
    }

    @Test func aLossThatNobodyAskedForIsRefused() throws {
        let federation = try Federation(returnedFields: [])
        var engine = try federation.engine()
        var update = try federation.updates(of: engine)[0]
        #expect(try engine.submit([update], now: 0) == [.accepted])
        update = try federation.updates(of: engine)[0]
        update.report.trainingLoss = 0.5
        #expect(try engine.submit([update], now: 0) == [.refused(.invalidFields)])
    }

    @Test func aSampleCountThatMustStayOnTheDeviceIsRefused() throws {
        let federation = try Federation(weighting: .uniform)
        var engine = try federation.engine()
        var update = try federation.updates(of: engine)[0]
        update.report.sampleCount = 3
        #expect(try engine.submit([update], now: 0) == [.refused(.invalidWeight)])
    }

    @Test func strangersAndClientsThatAreNotSelectedAreRefused() throws {
        var (engine, _, updates) = try Self.start()
        let selected = Set(try #require(engine.opening).selected)
        for number in [8, 1 << 20, .max] as [UInt32] {
            var update = updates[0]
            update.report.assignment = AssignmentID(round: 1, attempt: 0, client: ClientID(number), fence: 0)
            #expect(try engine.submit([update], now: 0) == [.refused(.unknownClient)])
            #expect(engine.requestWork(from: ClientID(number)) == .refused(.unknownClient))
        }
        for number in 0..<8 as Range<UInt32> where !selected.contains(ClientID(number)) {
            var update = updates[0]
            update.report.assignment = AssignmentID(round: 1, attempt: 0, client: ClientID(number), fence: 0)
            #expect(try engine.submit([update], now: 0) == [.refused(.notSelected)])
            #expect(engine.requestWork(from: ClientID(number)) == .wait(milliseconds: 1_000))
        }
    }

    @Test func roundsThatNeverWereAreRefused() throws {
        var (engine, _, updates) = try Self.start()
        let client = updates[0].report.assignment.client
        let table: [(round: UInt32, attempt: UInt32, fence: UInt32, reason: RefusalReason)] = [
            (0, 0, 0, .roundClosed), (2, 0, 0, .unknownAssignment), (.max, .max, .max, .unknownAssignment),
            (1, 1, 0, .unknownAssignment), (1, 0, 1, .unknownAssignment), (1, 0, .max, .unknownAssignment),
        ]
        for row in table {
            var update = updates[0]
            update.report.assignment = AssignmentID(
                round: row.round,
                attempt: row.attempt,
                client: client,
                fence: row.fence
            )
            #expect(try engine.submit([update], now: 0) == [.refused(row.reason)])
        }
    }

    @Test func aRepeatedUpdateGetsItsAnswerAgainAndCountsOnce() throws {
        var (engine, _, updates) = try Self.start()
        for _ in 0..<3 { #expect(try engine.submit([updates[0]], now: 0) == [.accepted]) }
        let other = updates[0].replacing(payload: [UInt8](repeating: 0, count: updates[0].payload.count))
        #expect(try engine.submit([other], now: 0) == [.refused(.conflictingUpdate)])
        #expect(engine.requestWork(from: updates[0].report.assignment.client) == .wait(milliseconds: 1_000))
        _ = try engine.submit(Array(updates.dropFirst()), now: 0)
        #expect(engine.participation.map(\.accepted.count) == [4])
    }

    @Test func manyCopiesInOneBatchCountOnce() throws {
        var (engine, federation, updates) = try Self.start()
        let other = updates[0].replacing(payload: [UInt8](repeating: 1, count: updates[0].payload.count))
        let copies = [ClientUpdate](repeating: updates[0], count: 64)
        let answers = try engine.submit(copies + [other] + updates.dropFirst(), now: 0)
        #expect(
            answers == [SubmissionAnswer](repeating: .accepted, count: 64) + [.refused(.conflictingUpdate)]
                + [.accepted, .accepted, .accepted]
        )
        var once = try Federation().engine()
        _ = try once.submit(updates, now: 0)
        #expect(engine.modelDigest == once.modelDigest)
        try federation.finish(&engine)
        #expect(engine.participation.count == 3)
    }

    @Test func aLateUpdateOfAnEndedRoundGetsItsOldAnswer() throws {
        var (engine, federation, updates) = try Self.start()
        _ = try engine.submit(updates, now: 0)
        #expect(engine.opening?.round == 2)
        let other = updates[0].replacing(payload: [UInt8](repeating: 0, count: updates[0].payload.count))
        var missing = updates[0]
        let selected = Set(updates.map(\.report.assignment.client))
        let idle = try #require((0..<8).map { ClientID($0) }.first { !selected.contains($0) })
        missing.report.assignment = AssignmentID(round: 1, attempt: 0, client: idle, fence: 0)
        for _ in 0..<2 {
            #expect(
                try engine.submit([updates[0], other, missing], now: 0)
                    == [.accepted, .refused(.conflictingUpdate), .refused(.roundClosed)]
            )
            // Also by another process, and when the run is over.
            engine = try federation.engine()
        }
        try federation.finish(&engine)
        #expect(
            try engine.submit([updates[0], other, missing], now: 0)
                == [.accepted, .refused(.conflictingUpdate), .refused(.roundClosed)]
        )
        #expect(engine.requestWork(from: idle) == .finished)
    }

    @Test func whoWithdrewIsNeitherAskedNorCounted() throws {
        var (engine, _, updates) = try Self.start()
        let id = updates[0].report.assignment
        try engine.withdraw(id, now: 0)
        #expect(engine.requestWork(from: id.client) == .wait(milliseconds: 1_000))
        #expect(try engine.submit([updates[0]], now: 0) == [.refused(.withdrawn)])
        _ = try engine.submit(Array(updates.dropFirst()), now: 0)
        #expect(
            engine.participation.map(\.accepted) == [
                updates.dropFirst().map(\.report.assignment.client.number).sorted()
            ]
        )
    }

    /// A withdrawal under a fence that was never given out must not uncount an update that stands.
    @Test func aForgedWithdrawalNeitherEndsNorBlocksARound() throws {
        var (engine, _, updates) = try Self.start()
        _ = try engine.submit([updates[0]], now: 0)
        for update in updates {
            var id = update.report.assignment
            id = AssignmentID(round: id.round, attempt: id.attempt, client: id.client, fence: 5)
            try engine.withdraw(id, now: 0)
        }
        #expect(engine.opening?.round == 1)
        #expect(try engine.submit(updates, now: 0) == [.accepted, .accepted, .accepted, .accepted])
        #expect(engine.participation.map(\.accepted.count) == [4])
    }

    @Test func noOrderOfArrivalChangesADigest() throws {
        let (first, federation, updates) = try Self.start()
        _ = first
        var digests: Set<SHA256Digest> = []
        for seed in 0..<100 as Range<UInt64> {
            var engine = try Federation().engine()
            var stream = RandomPermutation(seed: seed)
            let order = stream.shuffled(updates)
            // In batches of one to four.
            var start = 0
            while start < order.count {
                let end = min(order.count, start + 1 + Int(seed) % 4)
                _ = try engine.submit(Array(order[start..<end]), now: 0)
                start = end
            }
            #expect(engine.checkpoint.version == 1)
            digests.insert(engine.modelDigest)
        }
        #expect(digests.count == 1)
        _ = federation
    }

    /// Whatever fields a client makes up, the engine answers and the run goes on to the same model.
    @Test(arguments: 0..<32 as Range<UInt64>)
    func inventedUpdatesNeverStopTheRun(seed: UInt64) throws {
        var (engine, federation, updates) = try Self.start()
        var stream = RandomPermutation(seed: seed)
        for _ in 0..<200 {
            var update = updates[Int(stream.next(below: 4))]
            let id = update.report.assignment
            switch stream.next(below: 6) {
            case 0:
                update.report.assignment = AssignmentID(
                    round: stream.word() & 3,
                    attempt: stream.word() & 1,
                    client: ClientID(stream.word() % 12),
                    fence: stream.word() & 1
                )
                update.report.planDigest = SHA256Digest(hashing: [])
            case 1: update.payload = (0..<Int(stream.next(below: 40))).map { UInt8(truncatingIfNeeded: $0) }
            case 2: update = update.replacing(payload: [0x80] + update.payload.dropFirst())
            case 3: update.report.trainingLoss = Float(bitPattern: 0x7f80_0000 | stream.word() >> 9)
            case 4: update.report.sampleCount = 0
            default:
                try engine.withdraw(
                    AssignmentID(round: stream.word(), attempt: 0, client: id.client, fence: stream.word()),
                    now: 0
                )
                continue
            }
            _ = try engine.submit([update], now: 0)
        }
        try federation.finish(&engine)
        let honest = try Federation()
        var expected = try honest.engine()
        try honest.finish(&expected)
        #expect(engine.modelDigest == expected.modelDigest)
    }
}
