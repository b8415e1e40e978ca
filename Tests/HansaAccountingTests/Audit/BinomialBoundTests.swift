import Foundation
import Testing

@testable import HansaAccounting

@Suite("Clopper and Pearson's bounds")
struct BinomialBoundTests {
    private struct Row {
        let count: Int
        let total: Int
        let alpha: Double
        let lower: Double
        let upper: Double
    }

    @Test("are those of an independent program")
    func known() {
        // Quantiles of the beta distribution by SciPy 1.17.
        let rows = [
            Row(count: 10, total: 100, alpha: 0.025, lower: 0.04900468922148595, upper: 0.17622259774002266),
            Row(count: 50_000, total: 100_000, alpha: 5e-7, lower: 0.49226112325950355, upper: 0.5077388767405221),
            Row(count: 18_400, total: 100_000, alpha: 5e-7, lower: 0.17805289599667726, upper: 0.19005014526339878),
            Row(count: 3, total: 100_000, alpha: 5e-7, lower: 1.44749055274522e-07, upper: 0.00022146300908478095),
            Row(count: 0, total: 100_000, alpha: 5e-7, lower: 0, upper: 0.00014507605283759243),
            Row(count: 99_990, total: 100_000, alpha: 5e-7, lower: 0.9996461911306177, upper: 0.9999881885815577),
            Row(count: 1, total: 2, alpha: 0.05, lower: 0.02532056551910361, upper: 0.9746794344808963),
        ]
        for row in rows {
            let lower = BinomialBound.lower(count: row.count, total: row.total, alpha: row.alpha)
            let upper = BinomialBound.upper(count: row.count, total: row.total, alpha: row.alpha)
            #expect(abs(lower - row.lower) <= 1e-8 * row.lower)
            #expect(abs(upper - row.upper) <= 1e-8 * row.upper)
        }
        #expect(BinomialBound.upper(count: 7, total: 7, alpha: 0.1) == 1)
        #expect(BinomialBound.lower(count: 0, total: 0, alpha: 0.1) == 0)
        #expect(BinomialBound.upper(count: 0, total: 0, alpha: 0.1) == 1)
    }

    /// The chance, summed exactly, that the bounds of 40 trials are on the wrong side.
    @Test("are wrong with at most the chance they say", arguments: [0.2, 0.01] as [Double])
    func coverage(alpha: Double) {
        let total = 40
        for step in 1..<100 {
            let p = Double(step) / 100
            var isAbove = 0.0
            var isBelow = 0.0
            for count in 0...total {
                let mass = Self.mass(count, of: total, p)
                if BinomialBound.lower(count: count, total: total, alpha: alpha) > p { isAbove += mass }
                if BinomialBound.upper(count: count, total: total, alpha: alpha) < p { isBelow += mass }
            }
            #expect(isAbove <= alpha && isBelow <= alpha)
        }
    }

    /// P(X = k) for X binomial.
    private static func mass(_ count: Int, of total: Int, _ p: Double) -> Double {
        let ways = lgamma(Double(total) + 1) - lgamma(Double(count) + 1) - lgamma(Double(total - count) + 1)
        let hits = Double(count) * log(p)
        let misses = Double(total - count) * log(1 - p)
        return exp(ways + hits + misses)
    }

    @Test("rest on functions with their known values")
    func functions() {
        #expect(abs(BinomialBound.regularizedBeta(2.5, 7, 0.3) - 0.6412224629717214) < 1e-13)
        #expect(abs(BinomialBound.regularizedBeta(40_000, 60_001, 0.4001) - 0.5269321988559603) < 1e-9)
        let quantiles = [
            (1e-12, -7.034483825301131), (0.0001, -3.7190164854556804), (0.2, -0.8416212335729142), (0.5, 0),
            (0.975, 1.959963984540054),
        ]
        for (p, x) in quantiles { #expect(abs(NormalQuantile.of(p) - x) < 1e-11) }
        #expect(NormalQuantile.of(0) == -.infinity && NormalQuantile.of(1) == .infinity)
    }
}
