import HansaCore
import Testing

@testable import HansaCoordinator

/// One round's decisions, input by input.
@Suite struct RoundStateMachineTests {
    /// Clients 0 to 4 are selected, 0 to 3 expected; the quorum is 2, the target 3.
    static func machine(_ mode: RoundPolicy.Mode, expected: Range<UInt32> = 0..<4) -> RoundStateMachine {
        RoundStateMachine(
            opening: RoundOpening(
                round: 2,
                attempt: 1,
                modelVersion: 1,
                selected: (0..<5 as Range<UInt32>).map { ClientID($0) },
                plans: [:],
                expected: expected.map { ClientID($0) }
            ),
            policy: RoundPolicy(mode: mode, cohort: 3, quorum: 2)
        )
    }

    static func report(_ client: UInt32, fence: UInt32 = 0, bytes: UInt8 = 0) -> UpdateReport {
        UpdateReport(
            assignment: AssignmentID(round: 2, attempt: 1, client: ClientID(client), fence: fence),
            planDigest: SHA256Digest(hashing: []),
            sampleCount: 1,
            payloadDigest: SHA256Digest(hashing: [bytes])
        )
    }

    @Test(arguments: [RoundPolicy.Mode.reproducible, .production])
    func everyReportHasItsDecision(mode: RoundPolicy.Mode) {
        var machine = Self.machine(mode)
        machine.take(Self.report(0))
        machine.withdraw(Self.report(1).assignment)
        let table: [(UpdateReport, RoundStateMachine.ReportDecision)] = [
            (Self.report(0), .acknowledgeAgain), (Self.report(0, bytes: 1), .reject(.conflictingUpdate)),
            (Self.report(0, fence: 1), .reject(.unknownAssignment)), (Self.report(1), .reject(.withdrawn)),
            (Self.report(2), .consider), (Self.report(2, fence: 1), .reject(.unknownAssignment)),
            (Self.report(3), .consider), (Self.report(4), .reject(.unknownAssignment)),
            (Self.report(5), .reject(.notSelected)), (Self.report(.max), .reject(.notSelected)),
        ]
        for (report, decision) in table { #expect(machine.reportArrived(report) == decision) }
        let wanted = (0..<6 as Range<UInt32>).filter { machine.assignment(for: ClientID($0)) != nil }
        #expect(wanted == [2, 3])
    }

    @Test func aReproducibleRoundWaitsForEveryExpectedClient() {
        var machine = Self.machine(.reproducible)
        for client in 0..<3 as Range<UInt32> {
            machine.take(Self.report(client))
            #expect(machine.progress == .collecting && machine.deadlinePassed() == .collecting)
        }
        machine.take(Self.report(3))
        #expect(machine.progress == .close && machine.deadlinePassed() == .close)
    }

    @Test func aProductionRoundClosesAtItsTarget() {
        var machine = Self.machine(.production)
        for client in 0..<2 as Range<UInt32> { machine.take(Self.report(client)) }
        #expect(machine.progress == .collecting)
        machine.take(Self.report(2))
        #expect(machine.progress == .close)
        #expect(machine.reportArrived(Self.report(3)) == .reject(.roundClosed))
        #expect(machine.reportArrived(Self.report(2)) == .acknowledgeAgain)
    }

    @Test func theDeadlineClosesAProductionRoundFromTheQuorumOn() {
        var machine = Self.machine(.production)
        #expect(machine.deadlinePassed() == .abort)
        machine.take(Self.report(0))
        #expect(machine.deadlinePassed() == .abort)
        machine.take(Self.report(1))
        #expect(machine.deadlinePassed() == .close)
    }

    @Test(arguments: [RoundPolicy.Mode.reproducible, .production], 0..<5)
    func whoWithdrewIsNotWaitedFor(mode: RoundPolicy.Mode, withdrawnCount: Int) {
        var machine = Self.machine(mode)
        for client in 0..<UInt32(4) {
            if client < withdrawnCount {
                machine.withdraw(Self.report(client).assignment)
                // Saying it twice is saying it once.
                machine.withdraw(Self.report(client).assignment)
            } else {
                machine.take(Self.report(client))
            }
        }
        #expect(machine.progress == (withdrawnCount <= 2 ? .close : .abort))
    }

    @Test func aRoundThatNobodyIsExpectedInIsAborted() {
        #expect(Self.machine(.reproducible, expected: 0..<0).progress == .abort)
    }

    /// Whoever names another round, attempt, fence or client, or a durable update, withdraws nothing.
    @Test(arguments: [RoundPolicy.Mode.reproducible, .production])
    func foreignWithdrawalsChangeNothing(mode: RoundPolicy.Mode) {
        var machine = Self.machine(mode)
        machine.take(Self.report(0))
        for client in [0, 1, 4, 5, .max] as [UInt32] {
            for (round, attempt, fence) in [(2, 1, 7), (1, 1, 0), (3, 1, 0), (2, 0, 0)] as [(UInt32, UInt32, UInt32)] {
                machine.withdraw(AssignmentID(round: round, attempt: attempt, client: ClientID(client), fence: fence))
            }
        }
        machine.withdraw(Self.report(0).assignment)
        machine.withdraw(Self.report(4).assignment)
        machine.withdraw(Self.report(9).assignment)
        #expect(machine.reportArrived(Self.report(1)) == .consider)
        #expect(machine.progress == .collecting)
        for client in 1..<4 as Range<UInt32> {
            #expect(machine.progress != .close || mode == .production)
            machine.take(Self.report(client))
        }
        #expect(machine.progress == .close)
    }
}
