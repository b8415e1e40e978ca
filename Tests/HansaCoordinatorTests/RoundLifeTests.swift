import HansaAggregation
import HansaCore
import HansaNumerics
import HansaQuantization
import HansaResults
import Testing

@testable import HansaCoordinator

/// How rounds open, close and are given up.
@Suite struct RoundLifeTests {
    @Test func aRunCommitsEveryRoundAndEnds() throws {
        let federation = try Federation()
        var engine = try federation.engine()
        try federation.finish(&engine)
        #expect(engine.participation.map(\.round) == [1, 2, 3])
        #expect(engine.checkpoint.version == 3 && engine.opening == nil && engine.nextDeadline == nil)
        #expect(engine.modelDigest == engine.checkpoint.modelDigest)
        #expect(engine.participation.last?.outcome == .committed(version: 3, digest: engine.modelDigest.hexadecimal))
        #expect(engine.model(engine.modelDigest) == engine.checkpoint.parameters)
        #expect(engine.model(SHA256Digest(hashing: [])) == nil)
        var opened = 0, committed: [Double?] = [], finished = 0
        for event in engine.takeEvents() {
            switch event {
            case .opened: opened += 1
            case .committed(let record, let loss):
                committed.append(loss)
                // Each client reports its number as its loss.
                #expect(loss == Double(record.accepted.reduce(0, +)) / Double(record.accepted.count))
            case .aborted: Issue.record("nothing was aborted")
            case .stopped, .finished: finished += 1
            }
        }
        #expect(opened == 3 && committed.count == 3 && finished == 1)
        #expect(engine.takeEvents().isEmpty)
    }

    /// The model is base + Σ n q · step / Σ n, computed here in plain arithmetic.
    @Test func aCommittedModelIsTheWeightedMean() throws {
        let federation = try Federation()
        var engine = try federation.engine()
        let before = engine.checkpoint.parameters
        let updates = try federation.updates(of: engine)
        _ = try engine.submit(updates, now: 0)
        var sums = [Int64](repeating: 0, count: before.count)
        var total: Int64 = 0
        for update in updates {
            total += Int64(update.report.sampleCount)
            // Eight bits a value: the tail layout is a byte a value.
            for index in sums.indices {
                sums[index] += Int64(Int8(bitPattern: update.payload[index])) * Int64(update.report.sampleCount)
            }
        }
        for (index, sum) in sums.enumerated() {
            let expected = before[index] + Float(Double(sum) * (1.0 / 127 / Double(total)))
            #expect(engine.checkpoint.parameters[index] == expected)
        }
    }

    @Test func aDeadlineDecidesNothingInAReproducibleRound() throws {
        let federation = try Federation()
        var engine = try federation.engine()
        #expect(engine.nextDeadline == nil)
        _ = try engine.submit([try federation.updates(of: engine)[0]], now: 0)
        try engine.advance(now: .max)
        #expect(engine.participation.isEmpty && engine.opening?.round == 1)
    }

    @Test(arguments: 0...4)
    func aDeadlineClosesAProductionRoundFromTheQuorumOn(answerCount: Int) throws {
        let federation = try Federation(
            policy: RoundPolicy(mode: .production, cohort: 4, quorum: 2, deadlineMilliseconds: 50)
        )
        var engine = try federation.engine(now: 100)
        #expect(engine.nextDeadline == 150)
        let updates = try federation.updates(of: engine)
        _ = try engine.submit(Array(updates.prefix(answerCount)), now: 120)
        try engine.advance(now: 149)
        #expect(engine.participation.count == (answerCount == 4 ? 1 : 0))
        try engine.advance(now: 150)
        let record = try #require(engine.participation.first)
        if answerCount >= 2 {
            #expect(record.accepted.count == answerCount)
            #expect(engine.checkpoint.version == 1 && engine.opening?.round == 2)
        } else {
            #expect(record.outcome == .aborted(.belowQuorum) && record.accepted.isEmpty)
            #expect(engine.checkpoint.version == 0)
            #expect(engine.checkpoint.parameters == federation.specification.initialParameters)
            #expect(engine.opening?.round == 1 && engine.opening?.attempt == 1)
            // What counted in the attempt that was given up is acknowledged and counts no more.
            let late = try engine.submit(updates, now: 151)
            #expect(late[0] == (answerCount == 1 ? .accepted : .refused(.roundClosed)))
            #expect(late.dropFirst().allSatisfy { $0 == .refused(.roundClosed) })
        }
        #expect(engine.nextDeadline == (answerCount == 4 ? 120 : 150) + 50)
    }

    @Test func aProductionRoundClosesAtItsTargetAndTurnsTheRestAway() throws {
        let federation = try Federation(policy: RoundPolicy(mode: .production, cohort: 4, overSelection: 0.5))
        var engine = try federation.engine()
        let updates = try federation.updates(of: engine)
        #expect(updates.count == 6)
        let answers = try engine.submit(updates, now: 0)
        #expect(answers.prefix(4).allSatisfy { $0 == .accepted })
        #expect(answers.suffix(2).allSatisfy { $0 == .refused(.roundClosed) })
        #expect(engine.participation[0].accepted.count == 4 && engine.participation[0].selected.count == 6)
    }

    @Test func aRoundThatTooManyLeaveIsGivenUpAndStartedOver() throws {
        let federation = try Federation()
        var engine = try federation.engine()
        for assignment in federation.assignments(of: engine).prefix(3) { try engine.withdraw(assignment.id, now: 0) }
        _ = try engine.submit(try federation.updates(of: engine), now: 0)
        #expect(engine.participation.map(\.outcome) == [.aborted(.belowQuorum)])
        #expect(engine.opening?.round == 1 && engine.opening?.attempt == 1)
        try federation.finish(&engine)
        #expect(engine.participation.map(\.round) == [1, 1, 2, 3])
    }

    @Test(arguments: 1...3 as ClosedRange<UInt32>)
    func aRoundIsGivenUpNoMoreOftenThanThePolicyAllows(attempts: UInt32) throws {
        let federation = try Federation(policy: RoundPolicy(cohort: 4, attemptCountMax: attempts))
        var engine = try federation.engine()
        for attempt in 1...attempts {
            let assignments = federation.assignments(of: engine)
            for assignment in assignments.dropLast() { try engine.withdraw(assignment.id, now: 0) }
            let last = try #require(assignments.last)
            if attempt < attempts {
                try engine.withdraw(last.id, now: 0)
            } else {
                #expect(throws: CoordinatorError.tooManyAborts(round: 1)) { try engine.withdraw(last.id, now: 0) }
            }
        }
        #expect(throws: CoordinatorError.tooManyAborts(round: 1)) { try federation.engine() }
    }

    /// Every client drops out of every attempt, so the limit alone ends the run.
    @Test func attemptsThatNobodyCanFillAreGivenUpOneAfterAnother() throws {
        let policy = RoundPolicy(cohort: 1, dropout: 1.0.nextDown, attemptCountMax: 20_000)
        let federation = try Federation(rounds: 1, policy: policy)
        var aborts = 0
        #expect(throws: CoordinatorError.tooManyAborts(round: 1)) {
            try federation.engine { write throws(StoreError) in
                if write == DurableWrite(kind: .abort, moment: .after) { aborts += 1 }
            }
        }
        #expect(aborts == 20_000)
    }

    @Test func anAggregateThatIsRefusedAbortsTheRoundAndLeavesTheModel() throws {
        var federation = try Federation()
        federation.specification.strategy = PlannedStrategy(
            base: federation.specification.strategy,
            refusedRounds: [2]
        )
        federation.specification.policy.attemptCountMax = 2
        var engine = try federation.engine()
        _ = try engine.submit(try federation.updates(of: engine), now: 0)
        let (digest, version) = (engine.modelDigest, engine.checkpoint.version)
        let updates = try federation.updates(of: engine)
        #expect(try engine.submit(updates, now: 0).allSatisfy { $0 == .accepted })
        #expect(engine.participation.last?.outcome == .aborted(.aggregateRefused))
        #expect(engine.participation.last?.accepted == [])
        #expect(engine.modelDigest == digest && engine.checkpoint.version == version && version == 1)
        #expect(engine.opening?.round == 2 && engine.opening?.attempt == 1)
    }

    /// A learning rate that carries the parameters beyond Float: the real optimizer refuses.
    @Test func aModelThatWouldNotBeFiniteIsNeverCommitted() throws {
        let federation = try Federation(
            policy: RoundPolicy(cohort: 4, attemptCountMax: 1),
            optimizer: .sgd(learningRate: 3e38),
            range: 100
        )
        var engine = try federation.engine()
        let updates = try federation.updates(of: engine).map {
            $0.replacing(payload: [UInt8](repeating: 127, count: $0.payload.count))
        }
        #expect(throws: CoordinatorError.tooManyAborts(round: 1)) { try engine.submit(updates, now: 0) }
        #expect(engine.participation.map(\.outcome) == [.aborted(.aggregateRefused)])
        #expect(engine.checkpoint.version == 0)
    }

    // MARK: - Refused before anything is durable

    static func refusal(_ change: (inout Federation) throws -> Void) throws -> CoordinatorError? {
        var federation = try Federation()
        try change(&federation)
        var writes: [DurableWrite.Kind] = []
        do throws(CoordinatorError) {
            _ = try federation.engine { write throws(StoreError) in writes.append(write.kind) }
            return nil
        } catch {
            // No plan was handed out for a run that cannot be.
            #expect(!writes.contains(.opening))
            return error
        }
    }

    @Test func aCohortLargerThanThePopulationIsRefused() throws {
        let refusal = try Self.refusal { $0.specification.policy.cohort = 9 }
        #expect(refusal == .selection(.cohortExceedsPopulation(cohort: 9, population: 8)))
    }

    @Test func aPlanWhoseSumsCouldOverflowIsRefused() throws {
        let refusal = try Self.refusal {
            guard let width = try? BitWidth(32),
                let lattice = try? Lattice(step: 0x1p-60, shift: 30, bound: width.magnitudeMax)
            else { return }
            let section = SectionPlan(blocks: 0..<2, encoding: .packed(lattice, width))
            $0.specification.strategy = PlannedStrategy(base: $0.specification.strategy) { $0.up = [section] }
        }
        #expect(refusal == .plan(.sumMayOverflow(section: 0, bitsNeeded: 61 + 7 + 3)))
    }

    @Test func aPlanThatDoesNotFitTheModelIsRefused() throws {
        let refusal = try Self.refusal {
            $0.specification.strategy = PlannedStrategy(base: $0.specification.strategy) { $0.up[0].blocks = 0..<9 }
        }
        #expect(refusal == .plan(.invalidSections(section: 0)))
    }

    @Test func policiesThatMakeNoSenseAreRefused() throws {
        let changes: [(inout RoundPolicy) -> Void] = [
            { $0.cohort = 0 }, { $0.cohort = -1 }, { $0.quorum = 0 }, { $0.quorum = 5 },
            { $0.overSelection = -0.1 }, { $0.overSelection = 1.1 }, { $0.overSelection = .nan },
            { $0.dropout = 1 }, { $0.dropout = -0.1 }, { $0.dropout = .nan },
            { $0.attemptCountMax = 0 }, { $0.attemptCountMax = 1 << 24 },
        ]
        for change in changes {
            guard case .invalidPolicy? = try Self.refusal({ change(&$0.specification.policy) }) else {
                Issue.record("a policy was taken that makes no sense")
                continue
            }
        }
        for rounds in [0, UInt32.max] {
            guard case .invalidPolicy? = try Self.refusal({ $0.specification.roundCount = rounds }) else {
                Issue.record("\(rounds) rounds were taken")
                continue
            }
        }
    }

    @Test func anInitialModelThatDoesNotFitIsRefused() throws {
        #expect(try Self.refusal { $0.specification.initialParameters.removeLast() } == .invalidInitialModel)
        #expect(try Self.refusal { $0.specification.initialParameters[5] = .nan } == .invalidInitialModel)
    }
}
