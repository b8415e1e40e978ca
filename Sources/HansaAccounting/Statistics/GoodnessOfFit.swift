import Foundation
public import HansaPrivacy

/// Pearson's chi-square of drawn integers against the law they should have.
///
/// Cells are magnitudes, and signs where the magnitude is not 0; cells are pooled from the tail on until each expects at
/// least five draws. Cells dilute what is missing from the far tail alone, so a second figure, ``tailPValue``, looks at it.
public struct GoodnessOfFit: Hashable, Sendable {
    /// Fewest expected draws of a cell.
    public static let expectedMin = 5.0
    /// Most expected draws of the tail: enough that none of them would be odd, few enough to be far out.
    public static let tailExpectedMax = 50.0
    /// The largest standard deviation of a law that is tested: its masses are kept one by one, 17 or so for each of it.
    public static let deviationMax = 0x1p18
    /// Draws beyond it, which no such law has, are counted there.
    private static let reachMax = 1 << 23

    public let statistic: Double
    public let degreesOfFreedom: Int
    /// The chance of a statistic at least as large; 1 where there are fewer than two cells.
    public let pValue: Double
    /// The chance, two-sided and exact, of as odd a number of draws in the tail that expects at most ``tailExpectedMax``.
    public let tailPValue: Double
    /// The chance of either figure being as odd as the odder one is, at most.
    public var leastPValue: Double { min(1, 2 * min(pValue, tailPValue)) }
    public let mean: Double
    public let variance: Double

    /// Refuses no draws, and a law wider than ``deviationMax``.
    public init(_ draws: [Int32], law: NoiseMechanism) throws(PrivacyError) {
        guard !draws.isEmpty, law.standardDeviation <= Self.deviationMax else { throw .invalidRequest }
        let count = Double(draws.count)
        let reach = min(Self.reachMax, draws.reduce(0) { max($0, Int($1.magnitude)) })
        // Signed cells beside each other: 0, +1, −1, +2, −2, …
        var observed = [Double](repeating: 0, count: 2 * reach + 1)
        var sum = 0.0
        var squares = 0.0
        for draw in draws {
            let magnitude = min(reach, Int(draw.magnitude))
            observed[draw > 0 ? 2 * magnitude - 1 : 2 * magnitude] += 1
            sum += Double(draw)
            squares += Double(draw) * Double(draw)
        }
        mean = sum / count
        variance = squares / count - mean * mean
        let masses = law.masses(reach: reach)
        var cells: [(observed: Double, expected: Double)] = []
        // From the far end: what lies beyond every draw is expected there too.
        var pool = (observed: 0.0, expected: max(0, 1 - masses.reduce(0, +)) * count)
        for index in observed.indices.reversed() {
            pool.observed += observed[index]
            pool.expected += (index == 0 ? masses[0] : masses[(index + 1) / 2] / 2) * count
            guard pool.expected >= Self.expectedMin else { continue }
            cells.append(pool)
            pool = (0, 0)
        }
        if let last = cells.popLast() {
            cells.append((last.observed + pool.observed, last.expected + pool.expected))
        }
        statistic = cells.reduce(0) { sum, cell in
            let difference = cell.observed - cell.expected
            return sum + difference * difference / cell.expected
        }
        degreesOfFreedom = max(0, cells.count - 1)
        pValue =
            degreesOfFreedom > 0
            ? Self.upperGamma(shape: Double(degreesOfFreedom) / 2, Double(statistic) / 2) : 1
        tailPValue = Self.tailPValue(draws, law: law)
    }

    /// Where the tail begins follows from the law and the number of draws, not from the draws.
    private static func tailPValue(_ draws: [Int32], law: NoiseMechanism) -> Double {
        let count = Double(draws.count)
        // Beyond it there is at most one draw in expectation.
        let masses = law.masses(reach: Int(NoiseTail.magnitude(of: law, drawCount: count, expectedCount: 1)))
        var rest = 1.0
        var start = 0
        while start < masses.count, rest * count > tailExpectedMax {
            rest -= masses[start]
            start += 1
        }
        guard start > 0, rest > 0 else { return 1 }
        let found = draws.reduce(0) { $0 + (Int($1.magnitude) >= start ? 1 : 0) }
        let isFew = BinomialBound.regularizedBeta(count - Double(found), Double(found) + 1, 1 - rest)
        let isMany = found == 0 ? 1 : BinomialBound.regularizedBeta(Double(found), count - Double(found) + 1, rest)
        return min(1, 2 * min(isFew, isMany))
    }

    /// The regularized upper incomplete gamma function Q(a, x): by its series below a + 1, by Lentz's continued fraction
    /// above.
    static func upperGamma(shape a: Double, _ x: Double) -> Double {
        guard x > 0 else { return 1 }
        let scale = exp(a * log(x) - x - lgamma(a))
        if x < a + 1 {
            var term = 1 / a
            var sum = term
            for n in 1...100_000 {
                term *= x / (a + Double(n))
                sum += term
                if term < sum * 1e-16 { break }
            }
            return max(0, 1 - scale * sum)
        }
        let tiny = 1e-300
        var b = x + 1 - a
        var c = 1 / tiny
        var d = 1 / b
        var h = d
        for n in 1...100_000 {
            let an = -Double(n) * (Double(n) - a)
            b += 2
            d = an * d + b
            if d.magnitude < tiny { d = tiny }
            c = b + an / c
            if c.magnitude < tiny { c = tiny }
            d = 1 / d
            h *= d * c
            if (d * c - 1).magnitude < 1e-15 { break }
        }
        return min(1, scale * h)
    }
}
