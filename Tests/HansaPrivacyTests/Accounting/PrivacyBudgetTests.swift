import PrivacyTestSupport
import Testing

@testable import HansaPrivacy

@Suite("A budget as a filter")
struct PrivacyBudgetTests {
    private func cost(_ words: inout TestWords) throws -> PrivacyCost {
        let size = 1 + words.next() % 9
        let parameter = try Ratio(20 + words.next() % 4000)
        let mechanism: NoiseMechanism
        switch words.next() % 3 {
        case 0: mechanism = .discreteLaplace(scale: parameter)
        case 1: mechanism = .discreteGaussian(variance: parameter)
        default: mechanism = .skellam(variance: parameter)
        }
        return try PrivacyEvent.release(mechanism, l1: size, l2Squared: size * size).cost()
    }

    @Test("whatever is chosen, the sum stays within the budget", arguments: 1...40)
    func neverPasses(seed: UInt64) throws {
        var words = TestWords(seed: seed)
        let epsilon = 0.5 + Double(words.next() % 80) / 10
        let budget = PrivacyBudget(epsilonPerRound: epsilon / 2, epsilon: epsilon, delta: 1e-5)
        var spending = PrivacySpending()
        var refused = 0
        for _ in 0..<400 {
            let cost = try cost(&words)
            guard budget.admits(cost, after: spending) else {
                refused += 1
                continue
            }
            #expect(PrivacySpending().adding(cost).epsilon(delta: 1e-5) <= epsilon / 2)
            spending.add(cost)
            #expect(spending.epsilon(delta: 1e-5) <= epsilon)
        }
        #expect(refused > 0)
        #expect(spending.releaseCount > 0)
    }

    @Test("a budget of whole pure rounds is spent to the last")
    func spentExactly() throws {
        let cost = try PrivacyEvent.release(.discreteLaplace(scale: Ratio(8)), l1: 4).cost()
        let budget = PrivacyBudget(epsilonPerRound: 0.5, epsilon: 4, delta: 0)
        var spending = PrivacySpending()
        for _ in 0..<8 {
            #expect(budget.admits(cost, after: spending))
            spending.add(cost)
        }
        #expect(!budget.admits(cost, after: spending))
        #expect(!PrivacyBudget(epsilonPerRound: 0.49, epsilon: nil, delta: 0).admits(cost, after: PrivacySpending()))
    }

    @Test("Skellam noise is judged at the budget's own order, chosen before anything is spent")
    func oneOrder() throws {
        // ε = 8, δ = 1e-5: the budget's order lies near 4, and orders beside it may not be chosen by the outcome.
        let budget = PrivacyBudget(epsilonPerRound: nil, epsilon: 8, delta: 1e-5)
        var spending = PrivacySpending()
        // Almost all offset: best at a high order, which the filter must not take up afterwards.
        spending.add(PrivacyCost(pureEpsilon: nil, rho: 0.001, xi: 3.8))
        let cost = PrivacyCost(pureEpsilon: nil, rho: 0.001, xi: 0.2)
        #expect(spending.adding(cost).epsilon(delta: 1e-5) < 5)
        #expect(!budget.admits(PrivacyCost(pureEpsilon: nil, rho: 0, xi: 3), after: spending))
        #expect(spending.adding(PrivacyCost(pureEpsilon: nil, rho: 0, xi: 3)).epsilon(delta: 1e-5) < 8)
    }

    @Test("what is no budget admits nothing, and no limit admits what is a cost")
    func degenerate() {
        let cost = PrivacyCost(pureEpsilon: 0.1, rho: 0.005, xi: 0)
        let empty = PrivacySpending()
        for delta in [-1, 1, Double.nan] {
            #expect(!PrivacyBudget(epsilonPerRound: nil, epsilon: 10, delta: delta).admits(cost, after: empty))
        }
        #expect(!PrivacyBudget(epsilonPerRound: nil, epsilon: .nan, delta: 0).admits(cost, after: empty))
        #expect(!PrivacyBudget(epsilonPerRound: .nan, epsilon: nil, delta: 0).admits(cost, after: empty))
        #expect(!PrivacyBudget(epsilonPerRound: nil, epsilon: 0, delta: 1e-5).admits(cost, after: empty))
        let unlimited = PrivacyBudget(epsilonPerRound: nil, epsilon: nil, delta: 0)
        #expect(unlimited.admits(cost, after: empty))
        #expect(!unlimited.admits(PrivacyCost(pureEpsilon: .infinity, rho: 0, xi: 0), after: empty))
        // δ = 0 knows only pure noise.
        let concentrated = PrivacyCost(pureEpsilon: nil, rho: 1e-9, xi: 0)
        #expect(!PrivacyBudget(epsilonPerRound: nil, epsilon: 10, delta: 0).admits(concentrated, after: empty))
    }
}
