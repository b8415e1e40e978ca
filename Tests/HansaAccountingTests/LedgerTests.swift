import HansaCore
import HansaPrivacy
import Testing

@testable import HansaAccounting

@Suite("The privacy ledger")
struct LedgerTests {
    static let terms = LedgerTerms(
        run: RunID(high: 0x0123_4567_89AB_CDEF, low: 7),
        clientCount: 10,
        runBudget: PrivacyBudget(epsilonPerRound: nil, epsilon: 12.5, delta: 1e-6),
        clientBudget: PrivacyBudget(epsilonPerRound: 3, epsilon: 5, delta: 1e-6)
    )

    static func event(_ mechanism: NoiseMechanism, source: NoiseSource = .system) -> PrivacyEvent {
        PrivacyEvent(
            mechanism: mechanism,
            sensitivityL1: 14,
            sensitivityL2Squared: 49,
            dimension: 100,
            source: source
        )
    }

    static func laplace(source: NoiseSource = .system) throws -> PrivacyEvent {
        event(.discreteLaplace(scale: try Ratio(7)), source: source)
    }

    static func gaussian() throws -> PrivacyEvent { event(.discreteGaussian(variance: try Ratio(490, 2))) }

    static func received(
        round: UInt32 = 1,
        client: UInt32,
        event: PrivacyEvent,
        placement: NoisePlacement = .local,
        wasAccepted: Bool = true
    ) -> LedgerRelease {
        LedgerRelease(
            placement: placement,
            round: round,
            attempt: 0,
            content: .received(
                client: ClientID(client),
                fence: 0,
                payload: SHA256Digest(hashing: [UInt8(client), UInt8(round)]),
                wasAccepted: wasAccepted
            ),
            plan: SHA256Digest(hashing: [UInt8(round)]),
            event: event,
            derivation: "joint \"L1\" clip\\",
            cohortRule: "2 of 10"
        )
    }

    static func published(
        round: UInt32 = 1,
        placement: NoisePlacement?,
        event: PrivacyEvent?
    ) -> LedgerRelease {
        LedgerRelease(
            placement: placement,
            round: round,
            attempt: 0,
            content: .published(version: UInt64(round), clients: [ClientID(3), ClientID(5)]),
            plan: SHA256Digest(hashing: [UInt8(round)]),
            event: event,
            derivation: "joint L2 clip",
            cohortRule: "2 of 10"
        )
    }

    /// A ledger of every kind of line, as a file.
    static func sample() throws -> [LedgerLine] {
        var state = LedgerState(terms: terms)
        var lines = [state.header()]
        lines.append(try state.release(received(client: 3, event: try laplace())))
        lines.append(state.restart())
        lines.append(try state.release(published(placement: .central, event: try gaussian())))
        lines.append(try state.release(received(round: 2, client: 3, event: try laplace(source: .seeded))))
        lines.append(try state.release(published(round: 2, placement: nil, event: nil)))
        lines.append(state.seal())
        return lines
    }

    /// The ledger of a run with seeded noise: local updates, their sum, and the mark of a restart.
    static func seededSample() throws -> [LedgerLine] {
        var state = LedgerState(terms: LedgerTerms(run: terms.run, clientCount: 10, isSeeded: true))
        var lines = [state.header()]
        lines.append(try state.release(received(client: 3, event: try laplace(source: .seeded))))
        lines.append(try state.release(published(placement: .local, event: nil)))
        lines.append(state.restart())
        lines.append(state.seal())
        return lines
    }

    @Test("of a run with seeded noise says in every line that it gives no privacy, and holds")
    func seeded() throws {
        let lines = try Self.seededSample()
        for line in lines {
            let text = String(decoding: line.bytes, as: UTF8.self)
            #expect(text.contains("seeded noise gives no privacy"), "\(text)")
            #expect(!text.contains("private when they left"), "\(text)")
        }
        #expect(try LedgerVerifier.verify(file: Self.file(lines)).isSealed)
        var changed = lines
        let header = String(decoding: lines[0].bytes, as: UTF8.self)
        let bare = header.replacing(",\"warning\":\"seeded noise gives no privacy\"", with: "")
        changed[0] = LedgerLine(index: 0, bytes: Array(bare.utf8))
        #expect(bare != header)
        #expect(throws: LedgerError.self) { try LedgerVerifier.verify(file: Self.file(changed)) }
    }

    @Test("does not call a sum private whose updates had seeded noise, whatever its header says")
    func sumOfSeeded() throws {
        var state = LedgerState(terms: Self.terms)
        _ = state.header()
        let sum = Self.published(placement: .local, event: nil)
        #expect(state.adversariesCovered(by: sum) == LedgerAdversary.allCases)
        _ = try state.release(Self.received(client: 3, event: try Self.laplace(source: .seeded)))
        let line = String(decoding: try state.release(sum).bytes, as: UTF8.self)
        #expect(line.contains("\"covers\":[]") && line.contains("nothing is protected"), "\(line)")
        #expect(state.statement(of: sum).contains("seeded noise"))
    }

    static func file(_ lines: [LedgerLine]) -> [UInt8] { lines.flatMap { $0.bytes + [UInt8(ascii: "\n")] } }

    @Test("that was exported holds, and its state is the writer's")
    func holds() throws {
        var state = LedgerState(terms: Self.terms)
        _ = state.header()
        _ = try state.release(Self.received(client: 3, event: try Self.laplace()))
        _ = state.restart()
        _ = try state.release(Self.published(placement: .central, event: try Self.gaussian()))
        _ = try state.release(Self.received(round: 2, client: 3, event: try Self.laplace(source: .seeded)))
        _ = try state.release(Self.published(round: 2, placement: nil, event: nil))
        let verifier = try LedgerVerifier.verify(file: Self.file(try Self.sample()))
        #expect(verifier.state == state)
        #expect(verifier.restartCount == 1)
    }

    @Test("shows every change of a single byte", arguments: [0x01, 0x02, 0x20, 0x80] as [UInt8])
    func everyByte(flip: UInt8) throws {
        let file = Self.file(try Self.sample())
        var unseen: [Int] = []
        for place in file.indices {
            var changed = file
            changed[place] ^= flip
            if (try? LedgerVerifier.verify(file: changed)) != nil { unseen.append(place) }
        }
        #expect(unseen.isEmpty)
    }

    @Test("shows lines that were taken out, doubled, moved or cut off")
    func everyLine() throws {
        let lines = try Self.sample()
        for index in lines.indices {
            var fewer = lines
            fewer.remove(at: index)
            #expect(throws: LedgerError.self, "line \(index)") { try LedgerVerifier.verify(file: Self.file(fewer)) }
            var doubled = lines
            doubled.insert(lines[index], at: index)
            #expect(throws: LedgerError.self, "line \(index)") { try LedgerVerifier.verify(file: Self.file(doubled)) }
            var moved = lines
            moved.swapAt(index, (index + 1) % lines.count)
            #expect(throws: LedgerError.self, "line \(index)") { try LedgerVerifier.verify(file: Self.file(moved)) }
        }
        let file = Self.file(lines)
        for count in file.indices {
            #expect(throws: LedgerError.self) { try LedgerVerifier.verify(file: file[..<count]) }
        }
        #expect(throws: LedgerError.self) { try LedgerVerifier.verify(file: file + [UInt8(ascii: "\n")]) }
    }

    @Test("names the first line that does not hold")
    func names() throws {
        var lines = try Self.sample()
        var bytes = lines[3].bytes
        bytes[bytes.count - 2] ^= 1
        lines[3] = LedgerLine(index: 3, bytes: bytes)
        do throws(LedgerError) {
            _ = try LedgerVerifier.verify(file: Self.file(lines))
            Issue.record("nothing was found")
        } catch {
            guard case .broken(line: 4, _) = error else { return #expect(Bool(false), "\(error)") }
        }
    }

    @Test("adds what the accountant says, for each client and for the run")
    func sums() throws {
        var state = LedgerState(terms: Self.terms)
        _ = state.header()
        let event = try Self.laplace()
        var expected = PrivacySpending()
        for round in 1...4 as ClosedRange<UInt32> {
            _ = try state.release(Self.received(round: round, client: 3, event: event))
            expected.add(try event.cost())
        }
        _ = try state.release(Self.received(client: 4, event: event))
        #expect(state.account(of: ClientID(3)).sent.spending == expected)
        #expect(expected.pureEpsilon ?? 0 > 7.99)
        #expect(state.account(of: ClientID(4)).sent.spending.releaseCount == 1)
        #expect(state.account(of: ClientID(5)) == LedgerClient())
        _ = try state.release(Self.published(placement: .central, event: try Self.gaussian()))
        #expect(state.run.spending.releaseCount == 1)
        #expect(state.account(of: ClientID(5)).published.spending == state.run.spending)
        #expect(state.account(of: ClientID(3)).sent.spending == expected)
    }

    @Test("prints the ε of the best Rényi order of all publications, which is no more than the line's")
    func orders() throws {
        var state = LedgerState(terms: Self.terms)
        _ = state.header()
        let skellam = Self.event(.skellam(variance: try Ratio(490, 2)))
        var expected = RenyiAccountant()
        for round in 1...3 as ClosedRange<UInt32> {
            let release = Self.published(
                round: round,
                placement: .distributed(cohortMin: 2),
                event: skellam
            )
            let line = try state.release(release)
            try expected.add(skellam)
            let rdp = expected.epsilon(delta: Self.terms.delta)
            #expect(state.runFigures.rdp == rdp)
            #expect(rdp <= state.runFigures.atDelta)
            #expect(String(decoding: line.bytes, as: UTF8.self).contains("\"rdp\":\(rdp)"))
        }
        // A client's figures keep no orders.
        #expect(state.figures(of: ClientID(3)).published.rdp == nil)
        let gaussian = expected.epsilon(delta: Self.terms.delta)
        _ = try state.release(Self.published(round: 4, placement: .central, event: try Self.laplace()))
        let both = try #require(state.runFigures.rdp)
        #expect(both > gaussian && both < state.runFigures.atDelta)
    }

    @Test("of one meaning has one digest, whatever the order of receipts and the restarts")
    func semantics() throws {
        func digest(_ clients: [UInt32], restarts: Bool, accepted: Bool = true) throws -> SHA256Digest {
            var state = LedgerState(terms: Self.terms)
            _ = state.header()
            for client in clients {
                let event = try Self.laplace()
                _ = try state.release(Self.received(client: client, event: event, wasAccepted: accepted))
                if restarts { _ = state.restart() }
            }
            _ = try state.release(Self.published(placement: .local, event: nil))
            return state.semanticDigest
        }
        let expected = try digest([1, 2, 3], restarts: false)
        #expect(try digest([3, 1, 2], restarts: false) == expected)
        #expect(try digest([2, 3, 1], restarts: true) == expected)
        #expect(try digest([1, 2, 4], restarts: false) != expected)
        #expect(try digest([1, 2, 3], restarts: false, accepted: false) != expected)
    }

    @Test("says of seeded noise and of no noise that nothing is protected")
    func plainWords() throws {
        var state = LedgerState(terms: Self.terms)
        _ = state.header()
        let seeded = try state.release(Self.received(client: 3, event: try Self.laplace(source: .seeded)))
        let text = String(decoding: seeded.bytes, as: UTF8.self)
        #expect(text.contains(#""covers":[]"#))
        #expect(text.contains(#""epsilon":"none (seeded noise; would be "#))
        let bare = try state.release(Self.published(placement: nil, event: nil))
        #expect(String(decoding: bare.bytes, as: UTF8.self).contains("no noise: nothing is protected"))
        #expect(state.runFigures.words == "none (no noise)")
    }

    @Test("names whom each placement covers")
    func adversaries() throws {
        let event = try Self.gaussian()
        func covered(_ release: LedgerRelease) -> [LedgerAdversary] { release.adversariesCovered }
        #expect(covered(Self.received(client: 1, event: event)) == LedgerAdversary.allCases)
        let distributed = NoisePlacement.distributed(cohortMin: 4)
        #expect(!covered(Self.received(client: 1, event: event, placement: distributed)).contains(.modelReader))
        #expect(covered(Self.published(placement: distributed, event: event)) == [.modelReader])
        #expect(covered(Self.published(placement: .central, event: event)) == [.modelReader, .otherClients])
        #expect(covered(Self.published(placement: nil, event: nil)).isEmpty)
    }

    @Test("knows who is beyond a budget before the round")
    func budgets() throws {
        var state = LedgerState(terms: Self.terms)
        _ = state.header()
        let event = try Self.laplace()
        let cost = try event.cost()
        for round in 1...2 as ClosedRange<UInt32> {
            #expect(state.exhaustedClients(by: cost, placement: .local) == [])
            _ = try state.release(Self.received(round: round, client: 3, event: event))
        }
        // 2 + 2 are within 5, and 6 would not be.
        #expect(state.exhaustedClients(by: cost, placement: .local) == [ClientID(3)])
        #expect(state.exhaustedClients(by: cost, placement: .central) == [])
        #expect(state.exhaustedClients(by: PrivacyCost(pureEpsilon: 4, rho: 8, xi: 0), placement: .local) == nil)
    }

    @Test("refuses an event that nobody can account for, and changes nothing")
    func unaccountable() throws {
        var state = LedgerState(terms: Self.terms)
        _ = state.header()
        let before = state
        var event = try Self.laplace()
        event.sensitivityL1 = 0
        #expect(throws: LedgerError.notAccountable(.invalidSensitivity)) {
            try state.release(Self.received(client: 1, event: event))
        }
        #expect(state == before)
    }
}
