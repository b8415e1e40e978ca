import HansaClient
import HansaCore
import Testing

/// A client's promises, one input at a time.
@Suite struct ClientAgentTests {
    @Test func aGoodRoundAsksFetchesTrainsRecordsSendsForgetsAndAsksAgain() throws {
        let assignment = try AgentFixtures.assignment()
        var agent = AgentFixtures.agent()
        let steps: [(AgentInput, [String])] = [
            (.started(outbox: []), ["request", "timer"]),
            (.workAnswered(.assignment(assignment)), ["fetch 1", "timer"]),
            (.modelReady, ["train 1"]),
            (.trained(.success(AgentFixtures.trained())), ["record 1"]),
            (.recorded(assignment.id), ["send 1", "timer"]),
            (.submissionAnswered(assignment.id, .accepted), ["forget 1", "request", "timer"]),
        ]
        for (input, expected) in steps { #expect(AgentFixtures.names(agent.handle(input)) == expected) }
        #expect(!agent.isStopped)
    }

    @Test func nothingIsSentBeforeItIsDurable() throws {
        var agent = try AgentFixtures.agent(at: .training)
        let made = agent.handle(.trained(.success(AgentFixtures.trained())))
        #expect(AgentFixtures.names(made) == ["record 1"])
        // Neither time nor an answer nor another record's durability gets the bytes out.
        for token in 0...10 as ClosedRange<UInt32> { #expect(agent.handle(.timerFired(token: token)).isEmpty) }
        #expect(agent.handle(.recorded(try AgentFixtures.assignment(round: 2).id)).isEmpty)
        #expect(AgentFixtures.names(agent.handle(.recorded(try AgentFixtures.assignment().id))) == ["send 1", "timer"])
    }

    @Test func theRecordHoldsWhatWasTrainedAndThePlanItFollows() throws {
        var agent = try AgentFixtures.agent(at: .training)
        let actions = agent.handle(.trained(.success(AgentFixtures.trained([7, 8]))))
        guard case .record(let record)? = actions.first else {
            Issue.record("expected a record, got \(AgentFixtures.names(actions))")
            return
        }
        #expect(try record == AgentFixtures.record(payload: [7, 8]))
        #expect(record.update.report.trainingLoss == nil)
    }

    @Test(arguments: [ReturnedFields.sampleCount, .trainingLoss])
    func theLossLeavesOnlyWhereThePlanAsksForIt(fields: ReturnedFields) throws {
        var agent = AgentFixtures.agent()
        _ = agent.handle(.started(outbox: []))
        _ = agent.handle(.workAnswered(.assignment(try AgentFixtures.assignment(returnedFields: fields))))
        _ = agent.handle(.modelReady)
        guard case .record(let record)? = agent.handle(.trained(.success(AgentFixtures.trained()))).first else {
            Issue.record("expected a record")
            return
        }
        #expect(record.update.report.trainingLoss == (fields == .trainingLoss ? 0.5 : nil))
    }

    /// A coordinator would refuse it and hand the same work out again, for ever.
    @Test(arguments: [Double.nan, .infinity, 1e300])
    func aLossThatIsNotFiniteIsATrainingThatFailed(loss: Double) throws {
        var agent = AgentFixtures.agent()
        _ = agent.handle(.started(outbox: []))
        _ = agent.handle(.workAnswered(.assignment(try AgentFixtures.assignment(returnedFields: .trainingLoss))))
        _ = agent.handle(.modelReady)
        let actions = agent.handle(.trained(.success(AgentFixtures.trained(loss: loss))))
        #expect(AgentFixtures.names(actions) == ["withdraw 1 trainingFailed", "timer"])
    }

    @Test func aRetrySendsTheSameBytes() throws {
        var agent = try AgentFixtures.agent(at: .recording)
        var actions = agent.handle(.recorded(try AgentFixtures.assignment().id))
        let bytes = try AgentFixtures.record().bytes
        for attempt in 0..<50 {
            guard case .send(let record)? = actions.first, let timer = AgentFixtures.timer(actions) else {
                Issue.record("attempt \(attempt) sent nothing")
                return
            }
            #expect(record.bytes == bytes)
            if attempt % 3 == 2 {
                let busy = agent.handle(.submissionAnswered(record.assignment, .refused(.busy)))
                #expect(AgentFixtures.names(busy) == ["timer"])
                #expect(agent.handle(.timerFired(token: timer.token)).isEmpty)
                actions = agent.handle(.timerFired(token: try #require(AgentFixtures.timer(busy)).token))
            } else {
                actions = agent.handle(.timerFired(token: timer.token))
            }
        }
    }

    @Test func aRestartSendsWhatTheDiskHoldsOldestFirstBeforeItAsks() throws {
        var agent = AgentFixtures.agent()
        let records = try [1, 2, 3].map { try AgentFixtures.record(round: $0) }
        #expect(AgentFixtures.names(agent.handle(.started(outbox: records))) == ["send 1", "timer"])
        #expect(
            AgentFixtures.names(agent.handle(.submissionAnswered(records[0].assignment, .accepted)))
                == ["forget 1", "send 2", "timer"]
        )
        #expect(
            AgentFixtures.names(agent.handle(.submissionAnswered(records[1].assignment, .refused(.roundClosed))))
                == ["forget 2", "send 3", "timer"]
        )
        #expect(
            AgentFixtures.names(agent.handle(.submissionAnswered(records[2].assignment, .accepted)))
                == ["forget 3", "request", "timer"]
        )
    }

    @Test(arguments: RefusalReason.allCases.filter { $0.retryClass == .never })
    func anUpdateRefusedForGoodIsForgottenAndTheAgentGoesOn(reason: RefusalReason) throws {
        var agent = try AgentFixtures.agent(at: .sending)
        let id = try AgentFixtures.assignment().id
        let actions = agent.handle(.submissionAnswered(id, .refused(reason)))
        #expect(AgentFixtures.names(actions) == ["forget 1", "request", "timer"])
    }

    /// The same data and the same plan would make the same bytes, and the round would wait for ever.
    @Test func workWhoseUpdateWasRefusedIsNotDoneAgain() throws {
        var agent = try AgentFixtures.agent(at: .sending)
        let assignment = try AgentFixtures.assignment()
        _ = agent.handle(.submissionAnswered(assignment.id, .refused(.outsideLattice)))
        let actions = agent.handle(.workAnswered(.assignment(assignment)))
        #expect(AgentFixtures.names(actions) == ["withdraw 1 outsideLattice", "timer"])
        let timer = try #require(AgentFixtures.timer(actions))
        #expect(AgentFixtures.names(agent.handle(.timerFired(token: timer.token))) == ["request", "timer"])
        let next = agent.handle(.workAnswered(.assignment(try AgentFixtures.assignment(round: 2))))
        #expect(AgentFixtures.names(next) == ["fetch 2", "timer"])
    }

    @Test func aBusyCoordinatorIsAskedAgainAfterAPause() throws {
        var agent = try AgentFixtures.agent(at: .asking)
        let actions = agent.handle(.workAnswered(.refused(.busy)))
        #expect(AgentFixtures.names(actions) == ["timer"])
        let timer = try #require(AgentFixtures.timer(actions))
        #expect(AgentFixtures.names(agent.handle(.timerFired(token: timer.token))) == ["request", "timer"])
    }

    @Test func aClientToldToWaitWaitsThatLong() throws {
        var agent = try AgentFixtures.agent(at: .asking)
        let timer = try #require(AgentFixtures.timer(agent.handle(.workAnswered(.wait(milliseconds: 1234)))))
        #expect(timer.milliseconds == 1234)
        #expect(AgentFixtures.names(agent.handle(.timerFired(token: timer.token))) == ["request", "timer"])
    }

    @Test func workThatNeedsAMissingCapabilityIsWithdrawn() throws {
        var agent = AgentFixtures.agent(capabilities: [.packedIntegers])
        _ = agent.handle(.started(outbox: []))
        let needy = try AgentFixtures.assignment(capabilities: [.packedIntegers, .exactTrainer])
        let actions = agent.handle(.workAnswered(.assignment(needy)))
        #expect(AgentFixtures.names(actions) == ["withdraw 1 missingCapability", "timer"])
        // A capability nobody knows yet is missing too.
        var other = try AgentFixtures.agent(at: .asking)
        let unknown = try AgentFixtures.assignment(capabilities: Capabilities(rawValue: 1 << 40))
        #expect(
            AgentFixtures.names(other.handle(.workAnswered(.assignment(unknown))))
                == ["withdraw 1 missingCapability", "timer"]
        )
    }

    @Test func aModelThatIsGoneMakesTheAgentAskAgain() throws {
        var agent = try AgentFixtures.agent(at: .fetching)
        #expect(AgentFixtures.names(agent.handle(.modelUnavailable)) == ["request", "timer"])
    }

    @Test func aFetchWithoutAnAnswerIsRepeated() throws {
        var agent = try AgentFixtures.agent(at: .asking)
        var actions = agent.handle(.workAnswered(.assignment(try AgentFixtures.assignment())))
        for _ in 0..<5 {
            #expect(AgentFixtures.names(actions) == ["fetch 1", "timer"])
            actions = agent.handle(.timerFired(token: try #require(AgentFixtures.timer(actions)).token))
        }
    }

    @Test(arguments: RefusalReason.allCases)
    func aTrainingThatFailsIsWithdrawn(reason: RefusalReason) throws {
        var agent = try AgentFixtures.agent(at: .training)
        let actions = agent.handle(.trained(.failure(reason)))
        #expect(AgentFixtures.names(actions) == ["withdraw 1 \(reason)", "timer"])
        let timer = try #require(AgentFixtures.timer(actions))
        #expect(AgentFixtures.names(agent.handle(.timerFired(token: timer.token))) == ["request", "timer"])
    }

    @Test(arguments: [WorkAnswer.finished, .refused(.unknownClient), .refused(.policy)])
    func theAgentStopsWhereTheRunIsOverOrItIsNotWanted(answer: WorkAnswer) throws {
        var agent = try AgentFixtures.agent(at: .asking)
        #expect(AgentFixtures.names(agent.handle(.workAnswered(answer))) == ["stop"])
        #expect(agent.isStopped)
    }

    @Test func onlyTheNewestTimerCounts() throws {
        var agent = AgentFixtures.agent()
        var actions = agent.handle(.started(outbox: []))
        var old: [UInt32] = []
        for _ in 0..<20 {
            let timer = try #require(AgentFixtures.timer(actions))
            for token in old { #expect(agent.handle(.timerFired(token: token)).isEmpty) }
            old.append(timer.token)
            actions = agent.handle(.timerFired(token: timer.token))
            #expect(AgentFixtures.names(actions) == ["request", "timer"])
        }
        #expect(Set(old).count == old.count)
    }

    @Test func unansweredQuestionsAreSpacedOutUpToTheCap() throws {
        var agent = AgentFixtures.agent()
        var actions = agent.handle(.started(outbox: []))
        let policy = RetryPolicy()
        for attempt in 0..<40 as Range<UInt64> {
            let timer = try #require(AgentFixtures.timer(actions))
            let ceiling: UInt64 = min(60_000, 500 << min(attempt, 20))
            // Of 2^32, the n-th word is the n · 2^24-th, so the waits are known to the millisecond.
            let share: UInt64 = (((attempt + 1) << 24) * ceiling) >> 32
            let expected: UInt64 = UInt64(policy.answerMilliseconds) + 1 + share
            #expect(UInt64(timer.milliseconds) == expected)
            actions = agent.handle(.timerFired(token: timer.token))
        }
    }

    // MARK: - Late, repeated and foreign inputs

    /// One input of every kind, and the places where it means something.
    static func inputs() throws -> [(name: String, input: AgentInput, fits: Set<AgentFixtures.Place>)] {
        let own = try AgentFixtures.assignment().id
        let foreign = try AgentFixtures.assignment(round: 8).id
        return [
            ("started", .started(outbox: []), [.idle]),
            ("started with records", .started(outbox: [try AgentFixtures.record(round: 5)]), [.idle]),
            ("work", .workAnswered(.assignment(try AgentFixtures.assignment())), [.asking]),
            ("wait", .workAnswered(.wait(milliseconds: 3)), [.asking]),
            ("finished", .workAnswered(.finished), [.asking]),
            ("busy", .workAnswered(.refused(.busy)), [.asking]),
            ("not wanted", .workAnswered(.refused(.unknownClient)), [.asking]),
            ("model ready", .modelReady, [.fetching]),
            ("model gone", .modelUnavailable, [.fetching]),
            ("trained", .trained(.success(AgentFixtures.trained())), [.training]),
            ("failed", .trained(.failure(.trainingFailed)), [.training]),
            ("recorded", .recorded(own), [.recording]),
            ("foreign recorded", .recorded(foreign), []),
            ("accepted", .submissionAnswered(own, .accepted), [.sending, .sendingAfterBusy]),
            ("refused", .submissionAnswered(own, .refused(.outsideLattice)), [.sending, .sendingAfterBusy]),
            ("busy update", .submissionAnswered(own, .refused(.busy)), [.sending, .sendingAfterBusy]),
            ("foreign accepted", .submissionAnswered(foreign, .accepted), []),
            ("foreign refused", .submissionAnswered(foreign, .refused(.busy)), []),
            ("timer never set", .timerFired(token: 77), []),
        ]
    }

    @Test(arguments: AgentFixtures.Place.allCases)
    func anInputThatDoesNotFitChangesNothing(place: AgentFixtures.Place) throws {
        for (name, input, fits) in try Self.inputs() {
            var agent = try AgentFixtures.agent(at: place)
            let before = AgentFixtures.contents(agent)
            let actions = agent.handle(input)
            if fits.contains(place) {
                #expect(!actions.isEmpty, "\(name)")
                #expect(AgentFixtures.contents(agent) != before, "\(name)")
            } else {
                #expect(actions.isEmpty, "\(name)")
                #expect(AgentFixtures.contents(agent) == before, "\(name)")
            }
        }
    }

    /// A message delivered twice in a row: the second one finds the agent elsewhere.
    @Test(arguments: AgentFixtures.Place.allCases)
    func aRepeatedInputChangesNothing(place: AgentFixtures.Place) throws {
        for (name, input, fits) in try Self.inputs() where fits.contains(place) && name != "busy update" {
            var agent = try AgentFixtures.agent(at: place)
            _ = agent.handle(input)
            let before = AgentFixtures.contents(agent)
            #expect(agent.handle(input).isEmpty, "\(name)")
            #expect(AgentFixtures.contents(agent) == before, "\(name)")
        }
    }

    /// No timer that was ever set gets an agent out of training, recording or its end.
    @Test(arguments: [AgentFixtures.Place.idle, .training, .recording, .stopped])
    func timeAloneDoesNotMoveAnAgentThatWaitsForItself(place: AgentFixtures.Place) throws {
        for token in 0...10 as ClosedRange<UInt32> {
            var agent = try AgentFixtures.agent(at: place)
            let before = AgentFixtures.contents(agent)
            #expect(agent.handle(.timerFired(token: token)).isEmpty)
            #expect(AgentFixtures.contents(agent) == before)
        }
    }

    @Test func nothingWakesAStoppedAgent() throws {
        for (name, input, _) in try Self.inputs() {
            var agent = try AgentFixtures.agent(at: .stopped)
            #expect(agent.handle(input).isEmpty && agent.isStopped, "\(name)")
        }
    }

    @Test func cancelledWorkIsNotFetchedAnyMore() throws {
        var agent = try AgentFixtures.agent(at: .fetching)
        #expect(agent.handle(.cancelled(try AgentFixtures.assignment(round: 2).id)).isEmpty)
        let actions = agent.handle(.cancelled(try AgentFixtures.assignment().id))
        #expect(AgentFixtures.names(actions) == ["timer"])
        #expect(agent.handle(.modelReady).isEmpty)
    }

    @Test func aDamagedModelIsNotTrainedFrom() throws {
        var agent = try AgentFixtures.agent(at: .fetching)
        let actions = agent.handle(.modelDamaged)
        #expect(AgentFixtures.names(actions) == ["timer"])
        let token = try #require(AgentFixtures.timer(actions)).token
        #expect(AgentFixtures.names(agent.handle(.timerFired(token: token))) == ["request", "timer"])
    }

    @Test func sectionsReachTheRecord() throws {
        var agent = try AgentFixtures.agent(at: .training)
        var trained = AgentFixtures.trained()
        trained.sectionByteCounts = [2, 1]
        guard case .record(let record)? = agent.handle(.trained(.success(trained))).first else {
            Issue.record("expected a record")
            return
        }
        #expect(record.sectionByteCounts == [2, 1])
    }
}
