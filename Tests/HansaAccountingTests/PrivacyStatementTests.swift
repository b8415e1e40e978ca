import HansaCore
import HansaPrivacy
import Testing

@testable import HansaAccounting

@Suite("What an epsilon promises, in words")
struct PrivacyStatementTests {
    @Test(
        "is graded by how often a guess may be right",
        arguments: [
            (0.0, 0.5, PrivacyStatement.Grade.strong), (1, 0.731059, .strong), (1.000001, 0.731059, .moderate),
            (5, 0.993307, .moderate), (5.1, 0.993940, .weak), (10, 0.9999546, .weak),
            (10.001, 0.9999546, .practicallyNothing),
            (402, 1, .practicallyNothing), (.infinity, 1, .nothing),
        ]
    )
    func grades(epsilon: Double, guess: Double, grade: PrivacyStatement.Grade) {
        let statement = PrivacyStatement(epsilon: epsilon, delta: 0)
        #expect(statement.grade == grade)
        #expect(abs(statement.guessRateMax - guess) < 2e-6)
    }

    @Test("counts delta as a guess that is always right")
    func delta() {
        #expect(abs(PrivacyStatement(epsilon: 0, delta: 0.1).guessRateMax - 0.55) < 1e-12)
        #expect(PrivacyStatement(epsilon: 700, delta: 1e-6).guessRateMax == 1)
    }

    @Test("says straight out that a large one protects practically nothing")
    func large() {
        let statement = PrivacyStatement(epsilon: 401.78, delta: 1e-6)
        #expect(statement.meaning.contains("10^175") && statement.meaning.contains("e^401.78"))
        #expect(statement.meaning.contains("practically every time"))
        #expect(statement.verdict.contains("protects practically nothing"))
        #expect(statement.remedy.contains("hansa privacy plan"))
        #expect(PrivacyStatement(epsilon: .infinity, delta: 1e-6).verdict == "this protects nothing")
    }

    @Test("never rounds a bound down, and has no remedy where none is needed")
    func rounding() {
        let statement = PrivacyStatement(epsilon: 1, delta: 1e-6)
        #expect(statement.meaning.contains("at most 2.72 (e^1.00)"))
        #expect(statement.meaning.contains("73.2 %"))
        #expect(statement.remedy.isEmpty)
        #expect(PlainNumber.upward(2.0001, places: 2) == "2.01")
        #expect(PlainNumber.upward(22_026.4, places: 0) == "22,027")
        #expect(PlainNumber.upward(1_000_007, places: 1) == "1,000,007.0")
        #expect(PlainNumber.upward(0.05, places: 3) == "0.050")
    }

    private func state(_ releases: LedgerRelease...) throws -> LedgerState {
        var state = LedgerState(terms: LedgerTests.terms)
        _ = state.header()
        for release in releases { _ = try state.release(release) }
        return state
    }

    private func text(_ statement: RunStatement) -> String {
        statement.lines.map { $0.heading + ": " + $0.text }.joined(separator: "\n")
    }

    @Test("Local noise protects against everyone, by all that a client sent")
    func local() throws {
        let state = try state(
            LedgerTests.received(client: 3, event: try LedgerTests.laplace()),
            LedgerTests.received(client: 5, event: try LedgerTests.laplace()),
            LedgerTests.published(placement: .local, event: nil),
            LedgerTests.received(round: 2, client: 3, event: try LedgerTests.laplace())
        )
        #expect(state.statements.count == 1)
        let statement = try #require(state.statements.first)
        #expect(statement.adversaries == LedgerAdversary.allCases)
        #expect(statement.promise.epsilon == state.figures(of: .init(3)).sent.epsilon)
        #expect(statement.unit.contains("2 at most"))
        #expect(!text(statement).contains("not against"))
    }

    @Test("Central noise protects against readers of models, and says against whom not")
    func central() throws {
        let state = try state(LedgerTests.published(placement: .central, event: try LedgerTests.gaussian()))
        let statement = try #require(state.statements.first)
        #expect(state.statements.count == 1)
        #expect(text(statement).contains("who: each client, against model reader, other clients"))
        #expect(text(statement).contains("not against: coordinator, network, disk"))
    }

    @Test("Shares have two promises")
    func distributed() throws {
        let placement = NoisePlacement.distributed(cohortMin: 2)
        let share = LedgerTests.event(.skellam(variance: try Ratio(20)))
        let sum = LedgerTests.event(.skellam(variance: try Ratio(4_000)))
        let state = try state(
            LedgerTests.received(client: 3, event: share, placement: placement),
            LedgerTests.published(placement: placement, event: sum)
        )
        let statements = state.statements
        #expect(statements.map(\.adversaries) == [[.modelReader], [.coordinator, .network, .disk]])
        #expect(statements.map(\.exposed) == [[.otherClients], []])
        let values = statements.map(\.promise.epsilon)
        #expect(values[0] < values[1])
    }

    @Test("Seeded noise and no noise protect nobody, whatever the numbers would be")
    func nothing() throws {
        let seeded = try state(LedgerTests.received(client: 3, event: try LedgerTests.laplace(source: .seeded)))
        let statement = try #require(seeded.statements.first)
        #expect(statement.promise.grade == .nothing)
        #expect(text(statement).contains("nobody is protected") && text(statement).contains("follows from a seed"))
        let plain = try state(LedgerTests.published(placement: nil, event: nil))
        #expect(text(try #require(plain.statements.first)).contains("without noise"))
        #expect(try state().statements.isEmpty)
    }

    @Test(
        "never calls well protected what a delta gives away",
        arguments: [
            (1.0, 1e-6, PrivacyStatement.Grade.strong), (1, 1e-3, .strong), (1, 0.0011, .weak), (0.5, 0.05, .weak),
            (0.5, 0.5, .practicallyNothing), (0, 0.999, .practicallyNothing), (12, 1e-6, .practicallyNothing),
            (10, 0.002, .practicallyNothing), (.infinity, 0.5, .nothing), (0.1, 1, .nothing),
        ]
    )
    func delta(epsilon: Double, delta: Double, grade: PrivacyStatement.Grade) {
        let statement = PrivacyStatement(epsilon: epsilon, delta: delta)
        #expect(statement.grade == grade)
        #expect(statement.verdict.contains("protects well") == (grade == .strong))
        if delta > 1e-3, grade != .nothing { #expect(statement.verdict.contains("delta is to be below one")) }
    }
}
