import Foundation
import HansaClient
import HansaCore
import HansaWire
import Synchronization
import Testing

@testable import HansaClientTransport

/// A whole client against a scripted coordinator over mutual TLS.
@Suite(.serialized) struct LoopTests {
    let folder: TemporaryFolder
    let runner = ScriptedRunner()

    init() throws { folder = try TemporaryFolder() }

    private var statePath: String { folder.path + "/state" }

    private func run(
        _ peer: TLSPeer,
        serverName: String = "coordinator",
        isOnce: Bool = false,
        policy: ClientPolicy = .standard
    ) throws -> ClientOutcome {
        let certificates = try TestCertificates.shared.get()
        var settings = LoopSettings(retry: RetryPolicy(baseMilliseconds: 1, capMilliseconds: 5), isOnce: isOnce)
        // No test waits for ever for a coordinator that failed.
        settings.failedContactCountMax = LoopSettings.onceContactCountMax
        var loop = ClientLoop(
            context: try TLSContext(certificates.settings(port: peer.port, serverName: serverName)),
            state: try StateFolder(path: statePath),
            runner: runner,
            policy: policy,
            settings: settings,
            console: Console(writesJSON: false)
        )
        return loop.run()
    }

    private func totals() throws -> JournalTotals { try StateStatus(path: statePath).totals }
    private func waiting() throws -> [String] { try StateStatus(path: statePath).records }

    @Test func aRoundIsTrainedSentAcceptedAndSettled() throws {
        let work = try LoopWork()
        let peer = try TLSPeer(scripts: [
            { peer in
                try peer.welcome()
                try peer.handOut(work)
                let (begin, bytes) = try peer.takeUpload()
                #expect(
                    bytes == [UInt8](repeating: 1, count: work.assignment.plan.updateByteCount(schema: work.schema))
                )
                #expect(begin.report.payloadDigest == SHA256Digest(hashing: bytes))
                #expect(begin.report.planDigest == work.assignment.plan.digest)
                #expect(begin.sectionByteCounts == [UInt64(bytes.count)])
                try peer.answer(begin.report.assignment, .accepted)
                try peer.finish()
            }
        ])
        #expect(try run(peer) == .finished)
        #expect(peer.finish() == [])
        #expect(try totals() == JournalTotals(acceptedCount: 1, refusedCount: 0))
        #expect(try waiting() == [])
    }

    @Test func anUpdateWhoseAnswerWasLostIsSentAgainAndNotTrainedAgain() throws {
        let work = try LoopWork()
        let digests = Mutex<[SHA256Digest]>([])
        let peer = try TLSPeer(scripts: [
            { peer in
                try peer.welcome()
                try peer.handOut(work)
                let begin = try peer.takeUpload().begin
                digests.withLock { $0.append(begin.report.payloadDigest) }
            },
            { peer in
                try peer.welcome()
                guard case .uploadBegin(let begin) = try peer.expect(.uploadBegin) else { return }
                digests.withLock { $0.append(begin.report.payloadDigest) }
                try peer.answer(begin.report.assignment, .accepted)
                try peer.finish()
            },
        ])
        #expect(try run(peer) == .finished)
        #expect(peer.finish() == [])
        #expect(digests.withLock { $0.count == 2 && $0[0] == $0[1] })
        #expect(runner.calls.value == 1)
        #expect(try totals().acceptedCount == 1)
    }

    @Test func whatAnEarlierProcessMadeDurableIsSentFirst() throws {
        let record = try LoopWork(round: 7).record([1, 2, 3])
        do {
            var state = try StateFolder(path: statePath)
            #expect(try state.begin(PeerConnection.run) == 0)
            try state.write(record)
        }
        let peer = try TLSPeer(scripts: [
            { peer in
                try peer.welcome()
                let (begin, bytes) = try peer.takeUpload()
                #expect(bytes == [1, 2, 3])
                #expect(begin.sectionByteCounts == [3])
                try peer.answer(begin.report.assignment, .refused(.roundClosed))
                try peer.finish()
            }
        ])
        #expect(try run(peer) == .finished)
        #expect(peer.finish() == [])
        #expect(runner.calls.value == 0)
        #expect(try totals() == JournalTotals(acceptedCount: 0, refusedCount: 1))
        #expect(try waiting() == [])
    }

    @Test func recordsOfAnotherRunAreNeverSent() throws {
        do {
            var state = try StateFolder(path: statePath)
            _ = try state.begin(RunID(high: 9, low: 9))
            try state.write(try LoopWork().record([1]))
        }
        let peer = try TLSPeer(scripts: [
            { peer in
                try peer.welcome()
                try peer.finish()
            }
        ])
        #expect(try run(peer) == .finished)
        #expect(peer.finish() == [])
        #expect(try folder.names(in: "state/aside") == ["1-0-3-0.rec"])
    }

    @Test func aBusyCoordinatorGetsTheSameBytesLater() throws {
        let work = try LoopWork()
        let peer = try TLSPeer(scripts: [
            { peer in
                try peer.welcome()
                try peer.handOut(work)
                guard case .uploadBegin(let first) = try peer.expect(.uploadBegin) else { return }
                try peer.answer(first.report.assignment, .refused(.busy), retryMilliseconds: 5)
                let (second, _) = try peer.takeUpload()
                #expect(first == second)
                try peer.answer(second.report.assignment, .accepted)
                try peer.finish()
            }
        ])
        #expect(try run(peer) == .finished)
        #expect(peer.finish() == [])
        #expect(try totals() == JournalTotals(acceptedCount: 1, refusedCount: 0))
    }

    @Test func workThatThePolicyForbidsIsGivenBackUntouched() throws {
        let work = try LoopWork()
        let peer = try TLSPeer(scripts: [
            { peer in
                try peer.welcome()
                try peer.expect(.workRequest)
                try peer.send(work.message)
                #expect(try peer.expect(.withdraw) == .withdraw(work.assignment.id, .policy))
                try peer.finish()
            }
        ])
        var policy = ClientPolicy.standard
        policy.requiresClip = true
        #expect(try run(peer, policy: policy) == .finished)
        #expect(peer.finish() == [])
        #expect(runner.calls.value == 0)
    }

    @Test func aBudgetRefusesBeforeAnythingIsTrained() throws {
        let work = try LoopWork()
        let peer = try TLSPeer(scripts: [
            { peer in
                try peer.welcome()
                try peer.expect(.workRequest)
                try peer.send(work.message)
                #expect(try peer.expect(.withdraw) == .withdraw(work.assignment.id, .policy))
                try peer.finish()
            }
        ])
        var policy = ClientPolicy.standard
        policy.epsilonMax = 8
        #expect(try run(peer, policy: policy) == .finished)
        #expect(peer.finish() == [])
        #expect(runner.calls.value == 0)
        #expect(try StateFolder(path: statePath).ledger.totals.updateCount == 0)
    }

    @Test func anUpdateIsChargedBeforeItsFirstByteLeaves() throws {
        let work = try LoopWork()
        let path = statePath
        let peer = try TLSPeer(scripts: [
            { peer in
                try peer.welcome()
                try peer.handOut(work)
                guard case .uploadBegin(let begin) = try peer.expect(.uploadBegin) else { return }
                // As the device stands, were it to die now; its lock is its own.
                let content = try #require(try LedgerContent.read(path + "/ledger"))
                #expect(content.brokenLine == nil && content.totals.updateCount == 1)
                #expect(content.totals.spending.unboundedCount == 1)
                try peer.answer(begin.report.assignment, .accepted)
                try peer.finish()
            }
        ])
        #expect(try run(peer) == .finished)
        #expect(peer.finish() == [])
    }

    @Test func whatContradictsTheLedgerIsWrittenDown() throws {
        let (late, early) = (try LoopWork(round: 5), try LoopWork(round: 2))
        let peer = try TLSPeer(scripts: [
            { peer in
                try peer.welcome()
                for (work, answer) in [
                    (late, SubmissionAnswer.refused(.conflictingUpdate)), (early, .refused(.unknownAssignment)),
                ] {
                    try peer.handOut(work)
                    let begin = try peer.takeUpload().begin
                    try peer.answer(begin.report.assignment, answer)
                }
                try peer.finish()
            }
        ])
        #expect(try run(peer) == .finished)
        #expect(peer.finish() == [])
        let totals = try StateFolder(path: statePath).ledger.totals
        #expect(totals.contradictionCount == 3)
        #expect(totals.spending.unknownCount == 1)
        #expect(totals.updateCount == 2)
    }

    @Test func aClientThatIsToComeBackLeavesAndReturns() throws {
        let peer = try TLSPeer(scripts: [
            { peer in
                try peer.welcome(contact: .comeBack(milliseconds: 5, jitterMilliseconds: 2))
                try peer.expect(.workRequest)
                try peer.send(.work(.wait(milliseconds: 1)))
                try peer.expect(.goodbye)
            },
            { peer in
                try peer.welcome()
                try peer.finish()
            },
        ])
        #expect(try run(peer) == .finished)
        #expect(peer.finish() == [])
    }

    @Test func aCoordinatorThatStopsIsFoundAgain() throws {
        let peer = try TLSPeer(scripts: [
            { peer in
                try peer.welcome()
                try peer.expect(.workRequest)
                try peer.send(.goodbye(Goodbye(milliseconds: 3, jitterMilliseconds: 1)))
            },
            { peer in
                try peer.welcome()
                try peer.finish()
            },
        ])
        #expect(try run(peer) == .finished)
        #expect(peer.finish() == [])
    }

    @Test func onceEndsAfterOneAnswer() throws {
        let work = try LoopWork()
        let peer = try TLSPeer(scripts: [
            { peer in
                try peer.welcome()
                try peer.handOut(work)
                let begin = try peer.takeUpload().begin
                try peer.answer(begin.report.assignment, .accepted)
                try peer.expect(.goodbye)
            }
        ])
        #expect(try run(peer, isOnce: true) == .answeredOnce)
        #expect(peer.finish() == [])
    }

    @Test func aClientThatIsNotInTheRosterEndsAtOnce() throws {
        let peer = try TLSPeer(scripts: [
            { peer in
                try peer.expect(.hello)
                try peer.send(.refusal(Refusal(reason: .unknownClient)))
            }
        ])
        let outcome = try run(peer)
        #expect(outcome == .refused(.unknownClient))
        #expect(outcome.status == .protocolRefused)
        #expect(peer.finish() == [])
    }

    @Test func aCoordinatorThatSpeaksNonsenseIsGivenUp() throws {
        let nonsense: TLSPeer.Script = { peer in
            try peer.expect(.hello)
            try peer.send(raw: [UInt8](repeating: 0xff, count: 64))
        }
        let peer = try TLSPeer(scripts: [TLSPeer.Script](repeating: nonsense, count: Int(LoopSettings.faultCountMax)))
        let outcome = try run(peer)
        #expect(outcome == .refused(.unsupportedVersion))
        #expect(peer.finish() == [])
    }

    @Test func anotherRunEndsTheProcess() throws {
        let peer = try TLSPeer(scripts: [
            { peer in try peer.welcome() },
            { peer in try peer.welcome(run: RunID(high: 5, low: 5)) },
        ])
        #expect(try run(peer) == .otherRun)
        #expect(peer.finish() == [])
    }

    @Test func aCoordinatorOfAnotherNameIsNotTrusted() throws {
        let refused: TLSPeer.Script = { peer in #expect(!peer.isGreeted) }
        let peer = try TLSPeer(
            scripts: [TLSPeer.Script](repeating: refused, count: Int(LoopSettings.onceContactCountMax))
        )
        #expect(try run(peer, serverName: "another.example", isOnce: true) == .notTrusted)
        #expect(peer.finish() == [])
    }

    /// With TLS 1.3 the client learns of it at its first read.
    @Test func aCertificateThatTheCoordinatorRefusesIsSaidSo() throws {
        let refused: TLSPeer.Script = { peer in #expect(!peer.isGreeted) }
        let certificates = try TestCertificates.shared.get()
        // The coordinator takes clients of another authority: here, its own end-entity certificate.
        let peer = try TLSPeer(
            authority: certificates.path("coordinator.pem"),
            scripts: [TLSPeer.Script](repeating: refused, count: Int(LoopSettings.onceContactCountMax))
        )
        let outcome = try run(peer, isOnce: true)
        #expect(outcome == .notTrusted)
        #expect(outcome.status == .noPermission)
        #expect(peer.finish() == [])
    }

    @Test func nobodyThereEndsAClientThatRunsOnce() throws {
        let peer = try TLSPeer(scripts: [])
        #expect(peer.finish() == [])
        #expect(try run(peer, isOnce: true) == .unreachable)
    }
}
