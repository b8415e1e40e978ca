import HansaAggregation
import Testing

/// The golden table of ALGORITHMS.md §2.5.
@Suite("The best anchor probability")
struct AnchorProbabilityTests {
    @Test(
        "is that of the table, to the printed digits",
        arguments: [
            (20, 10, 0.8106, 6.407, 9.00, 21.00), (100, 20, 0.8802, 12.916, 21.00, 51.00),
            (100, 10, 0.8299, 27.400, 41.02, 101.00), (100, 5, 0.7734, 62.196, 82.31, 201.03),
            (1000, 100, 0.9606, 22.028, 41.00, 101.00),
        ]
    )
    func table(row: (Int, Int, Double, Double, Double, Double)) {
        let (population, cohort, best, least, half, fifth) = row
        let p = optimalAnchorProbability(population: population, cohort: cohort)
        func factor(_ p: Double) -> Double {
            AnchorProbability.roundFactor(p, population: population, cohort: cohort)
        }
        #expect(abs(p - best) < 5.1e-5)
        #expect(abs(factor(p) - least) < 5.1e-4)
        #expect(abs(factor(0.5) - half) < 5.1e-3)
        #expect(abs(factor(0.2) - fifth) < 5.1e-3)
        #expect(factor(p - 0.01) > factor(p) && factor(p + 0.01) > factor(p))
    }

    @Test("has no factor at 0 and 1")
    func edges() {
        for p in [0, 1, -0.5, 2] { #expect(AnchorProbability.roundFactor(p, population: 10, cohort: 5) == .infinity) }
    }
}
