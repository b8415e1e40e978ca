import HansaPrivacy
import Testing

@testable import HansaAccounting

@Suite("The least noise that keeps a budget")
struct NoiseCalibrationTests {
    static let wishes: [NoiseCalibration] = NoiseLaw.allCases.flatMap { law in
        [(0.5, 1), (2, 20), (8, 500)].flatMap { (epsilon, rounds) in
            NoiseCalibration.Accountant.allCases.map { accountant in
                NoiseCalibration(
                    law: law,
                    sensitivityL1: 40,
                    sensitivityL2Squared: 400,
                    dimension: 1000,
                    rounds: rounds,
                    epsilon: epsilon,
                    delta: 1e-6,
                    accountant: accountant
                )
            }
        }
    }

    @Test("the answer holds and 0.99 of it does not", arguments: wishes)
    func least(wish: NoiseCalibration) throws {
        let parameter = try wish.mechanism().parameter
        #expect(try wish.holds(parameter))
        let less = try Ratio(UInt64(Double(parameter.numerator) * 0.99), parameter.denominator)
        #expect(try !wish.holds(less))
        // By an accountant of its own.
        for (parameter, holds) in [(parameter, true), (less, false)] {
            var accountant = RenyiAccountant()
            for _ in 0..<wish.rounds { try accountant.add(wish.event(parameter)) }
            let epsilon = accountant.epsilon(delta: wish.delta)
            if holds { #expect(epsilon <= wish.epsilon * (1 + 1e-12)) }
            if !holds, wish.accountant == .renyi { #expect(epsilon > wish.epsilon) }
        }
    }

    @Test("a ledger admits every round of the answer, and not one more at 2 % less noise")
    func ledger() throws {
        for wish in Self.wishes where wish.accountant == .filter {
            let budget = PrivacyBudget(epsilonPerRound: nil, epsilon: wish.epsilon, delta: wish.delta)
            let cost = try wish.event(wish.mechanism().parameter).cost()
            var spending = PrivacySpending()
            for _ in 0..<wish.rounds {
                #expect(budget.admits(cost, after: spending))
                spending.add(cost)
            }
            if wish.rounds > 1 { #expect(spending.epsilon(delta: wish.delta) > wish.epsilon * 0.97) }
            #expect(!budget.admits(cost, after: spending))
        }
    }

    @Test("more rounds, less ε or more sensitivity need more noise")
    func monotone() throws {
        let wish = NoiseCalibration(
            law: .skellam,
            sensitivityL1: 40,
            sensitivityL2Squared: 400,
            dimension: 1000,
            rounds: 10,
            epsilon: 4,
            delta: 1e-6
        )
        let value = try wish.mechanism().parameter.value
        var other = wish
        other.rounds = 11
        #expect(try other.mechanism().parameter.value > value)
        other = wish
        other.epsilon = 3.9
        #expect(try other.mechanism().parameter.value > value)
        other = wish
        other.sensitivityL2Squared = 420
        #expect(try other.mechanism().parameter.value > value)
        other = wish
        other.delta = 1e-7
        #expect(try other.mechanism().parameter.value > value)
    }

    @Test("what nothing keeps is refused")
    func refusals() throws {
        var wish = Self.wishes[0]
        wish.law = .discreteGaussian
        wish.delta = 0
        #expect(throws: PrivacyError.overBudget) { try wish.mechanism() }
        wish.law = .discreteLaplace
        #expect(try wish.mechanism().parameter.value == 80)
        wish.sensitivityL1 = 0
        #expect(throws: PrivacyError.invalidSensitivity) { try wish.mechanism() }
        for (epsilon, delta, rounds) in [(0, 0, 1), (-1, 0, 1), (.nan, 0, 1), (1, 1, 1), (1, .nan, 1), (1, 0, 0)]
            as [(Double, Double, UInt64)]
        {
            var wish = Self.wishes[0]
            (wish.epsilon, wish.delta, wish.rounds) = (epsilon, delta, rounds)
            #expect(throws: PrivacyError.invalidRequest) { try wish.mechanism() }
        }
    }
}
