import HansaAccounting
import HansaCore
import HansaNumerics
import HansaPrivacy
import HansaResults
import Synchronization
import Testing

@testable import HansaCoordinator

/// The service over the store in memory: answers, group commits, held requests, failure and shutdown.
@Suite("The coordinator service")
struct CoordinatorServiceTests {
    /// What a service told its observer.
    final class EventLog: Sendable {
        private let events = Mutex<[ServiceEvent]>([])
        func note(_ event: ServiceEvent) { events.withLock { $0.append(event) } }
        var all: [ServiceEvent] { events.withLock { $0 } }
        var receipts: [Int] {
            all.compactMap { if case .receipts(_, let count) = $0 { count } else { nil } }
        }
        var commits: [Checkpoint] {
            all.compactMap { if case .committed(_, _, let checkpoint) = $0 { checkpoint } else { nil } }
        }
    }

    static func make(
        _ federation: Federation,
        log: EventLog = EventLog(),
        crashingAt kind: DurableWrite.Kind? = nil
    ) throws -> CoordinatorService {
        try CoordinatorService(
            specification: federation.specification,
            makeStore: { () throws(StoreError) in
                InMemoryStore { write throws(StoreError) in
                    if write.kind == kind, write.moment == .before { throw .crashed }
                }
            },
            spool: InMemorySpool(),
            now: { 0 },
            observer: { log.note($0) }
        )
    }

    /// The work that each client is given at once.
    static func work(_ service: CoordinatorService, population: UInt32) async throws -> [Assignment] {
        var work: [Assignment] = []
        for number in 0..<population {
            if case .assigned(let id, let plan, _, _) = await service.work(for: ClientID(number), holdMilliseconds: 0) {
                work.append(Assignment(id: id, plan: try RoundPlan(canonicalBytes: plan)))
            }
        }
        return work
    }

    static func sections(_ assignment: Assignment, _ federation: Federation) -> [UInt64] {
        assignment.plan.sectionByteCounts(schema: federation.specification.schema, expertLoads: [])
    }

    /// Announces, spools and finishes an update, again while the service is busy.
    static func submit(
        _ update: ClientUpdate,
        sections: [UInt64],
        to service: CoordinatorService
    ) async throws -> SubmissionAnswer {
        while true {
            let byteCount = UInt64(update.payload.count)
            switch await service.announce(update.report, byteCount: byteCount, sectionByteCounts: sections) {
            case .answered(let answer): return answer
            case .busy: continue
            case .granted:
                _ = try service.spool.append(
                    update.report.assignment,
                    digest: update.report.payloadDigest,
                    offset: 0,
                    bytes: update.payload
                )
                let answer = await service.finishUpload(update.report)
                if answer != .refused(.busy) { return answer }
            }
        }
    }

    @Test("counts each of a hundred concurrent submissions of 25 updates once")
    func concurrentDuplicates() async throws {
        let federation = try Federation(population: 25, rounds: 2, policy: RoundPolicy(cohort: 25))
        let log = EventLog()
        let service = try Self.make(federation, log: log)
        let work = try await Self.work(service, population: 25)
        let updates = try work.map { try federation.update(for: $0) }
        let sections = Self.sections(work[0], federation)
        let answers = try await withThrowingTaskGroup(of: SubmissionAnswer.self) { group in
            for _ in 0..<4 {
                for update in updates {
                    group.addTask { try await Self.submit(update, sections: sections, to: service) }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers == Array(repeating: .accepted, count: 100))
        #expect(log.receipts.reduce(0, +) == 25)
        // Gathered: one commit each would be 25.
        #expect(log.receipts.count < 25)
        var undisturbed = try federation.engine()
        _ = try undisturbed.submit(updates, now: 0)
        #expect(log.commits.map(\.modelDigest) == [undisturbed.modelDigest])
        #expect(await service.checkpoint.version == 1)
    }

    @Test("answers an announcement before its payload, as the submission would be")
    func announcements() async throws {
        let federation = try Federation()
        let service = try Self.make(federation)
        let work = try await Self.work(service, population: 8)
        let sections = Self.sections(work[0], federation)
        let good = try federation.update(for: work[0])
        let id = good.report.assignment
        func announced(_ change: (inout UpdateReport) -> Void, extra: UInt64 = 0) async -> UploadDecision {
            var report = good.report
            change(&report)
            return await service.announce(
                report,
                byteCount: UInt64(good.payload.count) + extra,
                sectionByteCounts: sections
            )
        }
        func moved(round: UInt32 = id.round, client: UInt32 = id.client.number, fence: UInt32 = 0) -> AssignmentID {
            AssignmentID(round: round, attempt: 0, client: ClientID(client), fence: fence)
        }
        let stranger: UInt32 = (0..<8).first { number in !work.contains { $0.id.client.number == number } } ?? 0
        #expect(await announced { $0.assignment = moved(client: 8) } == .answered(.refused(.unknownClient)))
        #expect(await announced { $0.assignment = moved(client: stranger) } == .answered(.refused(.notSelected)))
        #expect(await announced { $0.assignment = moved(fence: 1) } == .answered(.refused(.unknownAssignment)))
        #expect(await announced { $0.assignment = moved(round: 9) } == .answered(.refused(.unknownAssignment)))
        #expect(await announced { $0.assignment = moved(round: 0) } == .answered(.refused(.roundClosed)))
        #expect(
            await announced { $0.planDigest = SHA256Digest(hashing: []) } == .answered(.refused(.planMismatch))
        )
        #expect(await announced { $0.trainingLoss = .nan } == .answered(.refused(.invalidFields)))
        #expect(await announced { $0.sampleCount = 0 } == .answered(.refused(.invalidWeight)))
        #expect(await announced({ _ in }, extra: 1) == .answered(.refused(.wrongByteCount)))
        let count = UInt64(good.payload.count)
        #expect(
            await service.announce(good.report, byteCount: count, sectionByteCounts: [1, count - 1])
                == .answered(.refused(.wrongByteCount))
        )
        #expect(await announced { _ in } == .granted(offset: 0))
        #expect(try await Self.submit(good, sections: sections, to: service) == .accepted)
        #expect(await announced { _ in } == .answered(.accepted))
        let other = try federation.update(for: work[0], salt: 1)
        #expect(try await Self.submit(other, sections: sections, to: service) == .refused(.conflictingUpdate))
    }

    @Test("refuses a payload that is not its digest's, and takes the right one afterwards")
    func wrongDigest() async throws {
        let federation = try Federation()
        let service = try Self.make(federation)
        let work = try await Self.work(service, population: 8)
        let good = try federation.update(for: work[0])
        var bad = good
        bad.payload[0] ^= 1
        let sections = Self.sections(work[0], federation)
        #expect(try await Self.submit(bad, sections: sections, to: service) == .refused(.digestMismatch))
        #expect(try await Self.submit(good, sections: sections, to: service) == .accepted)
    }

    @Test("sends one shared encoding of the round's model, and none of another")
    func modelContent() async throws {
        let federation = try Federation()
        let service = try Self.make(federation)
        let digest = await service.checkpoint.modelDigest
        let content = try #require(await service.modelContent(digest))
        #expect(content == federation.specification.initialParameters.flatMap { withUnsafeBytes(of: $0) { Array($0) } })
        #expect(await service.modelContent(SHA256Digest(hashing: [1])) == nil)
    }

    @Test("holds a request for work until the next round opens, and answers the older of two")
    func heldRequests() async throws {
        let federation = try Federation(population: 2, rounds: 2, policy: RoundPolicy(cohort: 2))
        let service = try Self.make(federation)
        let work = try await Self.work(service, population: 2)
        let updates = try work.map { try federation.update(for: $0) }
        let sections = Self.sections(work[0], federation)
        #expect(try await Self.submit(updates[0], sections: sections, to: service) == .accepted)
        let client = updates[0].report.assignment.client
        async let older = service.work(for: client, holdMilliseconds: 600_000)
        async let newer = service.work(for: client, holdMilliseconds: 600_000)
        // Either may come first; the other is answered at once and only one is left for the round.
        #expect(try await Self.submit(updates[1], sections: sections, to: service) == .accepted)
        for reply in await [older, newer] {
            switch reply {
            case .refused(.superseded): break
            case .assigned(let id, _, _, _): #expect(id.round == 2 && id.client == client)
            default: Issue.record("got \(reply)")
            }
        }
        #expect(await service.work(for: client, holdMilliseconds: 1) != .finished)
    }

    @Test("answers held requests and refuses everybody once it shuts down")
    func shutdown() async throws {
        let federation = try Federation()
        let service = try Self.make(federation)
        let work = try await Self.work(service, population: 8)
        let idle: UInt32 = (0..<8).first { number in !work.contains { $0.id.client.number == number } } ?? 0
        async let held = service.work(for: ClientID(idle), holdMilliseconds: 600_000)
        await service.shutdown()
        #expect(await held == .refused(.shuttingDown))
        #expect(await service.work(for: ClientID(0), holdMilliseconds: 600_000) == .refused(.shuttingDown))
        let good = try federation.update(for: work[0])
        #expect(await service.announce(good.report, byteCount: 0, sectionByteCounts: []) == .busy)
        #expect(await service.finishUpload(good.report) == .refused(.shuttingDown))
    }

    @Test("acknowledges nothing after a failed write, and serves nobody any more")
    func failure() async throws {
        let federation = try Federation()
        let log = EventLog()
        let service = try Self.make(federation, log: log, crashingAt: .receipts)
        let work = try await Self.work(service, population: 8)
        let update = try federation.update(for: work[0])
        let sections = Self.sections(work[0], federation)
        let count = UInt64(update.payload.count)
        #expect(
            await service.announce(update.report, byteCount: count, sectionByteCounts: sections) == .granted(offset: 0)
        )
        let id = update.report.assignment
        #expect(
            try service.spool.append(id, digest: update.report.payloadDigest, offset: 0, bytes: update.payload)
        )
        #expect(await service.finishUpload(update.report) == .refused(.busy))
        #expect(await service.failed == .store(.crashed))
        guard case .failed(.store(.crashed))? = log.all.last else {
            Issue.record("no failure was told")
            return
        }
        #expect(await service.work(for: id.client, holdMilliseconds: 600_000) == .refused(.shuttingDown))
        #expect(await service.announce(update.report, byteCount: count, sectionByteCounts: sections) == .busy)
        #expect(log.receipts.isEmpty)
    }

    @Test("goes on without a client that withdraws")
    func withdrawal() async throws {
        let federation = try Federation(population: 2, rounds: 1, policy: RoundPolicy(cohort: 2, quorum: 1))
        let log = EventLog()
        let service = try Self.make(federation, log: log)
        let work = try await Self.work(service, population: 2)
        let update = try federation.update(for: work[0])
        let sections = Self.sections(work[0], federation)
        #expect(try await Self.submit(update, sections: sections, to: service) == .accepted)
        await service.withdraw(work[1].id, reason: .trainingFailed)
        #expect(await service.isFinished)
        #expect(await service.work(for: ClientID(0), holdMilliseconds: 600_000) == .finished)
        #expect(log.commits.count == 1)
    }

    /// A service on a federation's disk.
    private static func reopen(_ federation: Federation, spool: InMemorySpool) throws -> CoordinatorService {
        // Proof: the service's thread has the disk until it is shut down, and the test reads it only afterwards.
        nonisolated(unsafe) let disk = federation.disk
        return try CoordinatorService(
            specification: federation.specification,
            makeStore: { () throws(StoreError) in InMemoryStore(disk: disk) },
            spool: spool,
            now: { 0 },
            observer: { _ in }
        )
    }

    @Test("charges uploads that were begun and not finished before it drops them")
    func abandonedUploads() async throws {
        let federation = try Federation.noised(.local)
        let spool = InMemorySpool()
        let service = try Self.reopen(federation, spool: spool)
        let work = try await Self.work(service, population: 8)
        let sections = Self.sections(work[0], federation)
        let begun = try federation.update(for: work[0])
        let decision = await service.announce(
            begun.report,
            byteCount: UInt64(begun.payload.count),
            sectionByteCounts: sections
        )
        #expect(decision == .granted(offset: 0))
        let digest = begun.report.payloadDigest
        #expect(try spool.append(work[0].id, digest: digest, offset: 0, bytes: [begun.payload[0]]))
        // Other bytes for the same work, which drop the first.
        let redrawn = try federation.update(for: work[0], salt: 1)
        _ = await service.announce(
            redrawn.report,
            byteCount: UInt64(redrawn.payload.count),
            sectionByteCounts: sections
        )
        await service.withdraw(work[0].id, reason: .withdrawn)
        for assignment in work.dropFirst() {
            let update = try federation.update(for: assignment)
            #expect(try await Self.submit(update, sections: sections, to: service) == .accepted)
        }
        #expect(await service.checkpoint.version == 1)
        await service.shutdown()
        var ledger = try #require(try PrivacyLedgerTests.recomputed(federation))
        #expect(ledger.hasCharged(work[0].id, payload: digest))
        #expect(ledger.hasCharged(work[0].id, payload: redrawn.report.payloadDigest))
        #expect(ledger.receivedCount == 5)
        #expect(try spool.uploads(except: nil, attempt: 0).isEmpty)

        // What a process that died left is found by the next one, and charged once.
        let other = SHA256Digest(hashing: [9])
        _ = try spool.begin(work[0].id, digest: other, byteCount: 9)
        for _ in 0..<2 {
            await (try Self.reopen(federation, spool: spool)).shutdown()
            ledger = try #require(try PrivacyLedgerTests.recomputed(federation))
            #expect(ledger.hasCharged(work[0].id, payload: other))
            #expect(ledger.receivedCount == 6)
        }
        #expect(try spool.uploads(except: nil, attempt: 0).isEmpty)
    }
}
