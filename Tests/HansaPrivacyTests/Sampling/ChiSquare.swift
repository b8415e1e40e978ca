import Foundation

/// Pearson's goodness-of-fit test.
enum ChiSquare {
    /// The probability of a fit as bad as that of `values`, or worse, where they have the law.
    ///
    /// Cells are runs of neighbouring values with an expected count of at least `expectedMin`.
    static func probability(of values: [Int32], under law: ExactLaw, expectedMin: Double = 50) -> Double {
        let furthest = law.probabilities.count - 1
        var counts = [Double](repeating: 0, count: 2 * furthest + 1)
        for value in values { counts[min(max(Int(value), -furthest), furthest) + furthest] += 1 }
        var cells: [(observed: Double, expected: Double)] = []
        var cell = (observed: 0.0, expected: 0.0)
        for (index, count) in counts.enumerated() {
            cell.observed += count
            cell.expected += Double(values.count) * law.probabilities[abs(index - furthest)]
            if cell.expected >= expectedMin {
                cells.append(cell)
                cell = (0, 0)
            }
        }
        cells[cells.count - 1].observed += cell.observed
        cells[cells.count - 1].expected += cell.expected
        return probability(of: cells)
    }

    static func probability(of cells: [(observed: Double, expected: Double)]) -> Double {
        let statistic = cells.reduce(0) { sum, cell in
            let difference = cell.observed - cell.expected
            return sum + difference * difference / cell.expected
        }
        return upperGamma(Double(cells.count - 1) / 2, statistic / 2)
    }

    /// The regularised upper incomplete gamma function Q(a, x): by its series below a + 1, by Lentz's continued fraction
    /// above.
    static func upperGamma(_ a: Double, _ x: Double) -> Double {
        guard x > 0 else { return 1 }
        let scale = exp(a * log(x) - x - lgamma(a))
        if x < a + 1 {
            var term = 1 / a
            var sum = term
            var n = a
            while term > sum * 1e-16 {
                n += 1
                term *= x / n
                sum += term
            }
            return 1 - sum * scale
        }
        var b = x + 1 - a
        var c = 1e300
        var d = 1 / b
        var fraction = d
        for i in 1..<1_000_000 {
            let coefficient = -Double(i) * (Double(i) - a)
            b += 2
            d = 1 / (coefficient * d + b)
            c = b + coefficient / c
            fraction *= c * d
            if abs(c * d - 1) < 1e-15 { break }
        }
        return fraction * scale
    }
}
