import HansaNumerics

/// Draws of a symmetric Dirichlet distribution from a seeded stream, with the same bits on every machine.
///
/// A draw is k independent Gamma(α) values divided by their sum. Gamma values are drawn by Marsaglia and Tsang 2000,
/// "A simple method for generating gamma variables": for shape a ≥ 1, with d = a − 1/3 and c = 1/√(9d), propose
/// d·(1 + c·x)³ for a normal x. For α < 1 their boost is used: Gamma(α) = Gamma(α + 1)·U^(1/α). It is taken in
/// logarithms, as U^(1/α) vanishes in floating point for small α.
struct DirichletSampler {
    private let concentration: Double
    private var stream: RandomStream
    private var spareNormal: Double?

    /// `concentration` is finite and above zero.
    init(concentration: Double, stream: RandomStream) {
        precondition(concentration > 0 && concentration.isFinite, "a Dirichlet concentration is finite and above zero")
        self.concentration = concentration
        self.stream = stream
    }

    /// The numbers of `total` things dealt to `count` receivers by one draw.
    ///
    /// The cut points are the draw's cumulative sums times `total`, rounded down; the last is `total`.
    mutating func deal(_ total: Int, to count: Int) -> [Int] {
        let proportions = draw(count)
        var shares: [Int] = []
        shares.reserveCapacity(count)
        var cumulative = 0.0
        var previous = 0
        for receiver in 0..<count {
            cumulative += proportions[receiver]
            // The sum of rounded proportions may pass 1 by a few units in the last place.
            let cut = receiver == count - 1 ? total : Int(min(1, cumulative) * Double(total))
            shares.append(cut - previous)
            previous = cut
        }
        return shares
    }

    /// One draw: `count` proportions of sum 1, up to rounding.
    mutating func draw(_ count: Int) -> [Double] {
        var logarithms: [Double] = []
        logarithms.reserveCapacity(count)
        for _ in 0..<count { logarithms.append(logGamma()) }
        let highest = logarithms.max() ?? 0
        let weights = logarithms.map { DeterministicMath.exp($0 - highest) }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }

    /// The natural logarithm of a Gamma(α) value.
    private mutating func logGamma() -> Double {
        guard concentration < 1 else { return logGamma(shape: concentration) }
        let logarithm = logGamma(shape: concentration + 1)
        return logarithm + DeterministicMath.log(positiveUniform()) / concentration
    }

    private mutating func logGamma(shape: Double) -> Double {
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let root = 1 + c * x
            guard root > 0 else { continue }
            let v = root * root * root
            let logarithm = DeterministicMath.log(v)
            if DeterministicMath.log(positiveUniform()) < 0.5 * x * x + d - d * v + d * logarithm {
                return DeterministicMath.log(d) + logarithm
            }
        }
    }

    /// A standard normal value by Marsaglia's polar method, which needs no cosine.
    private mutating func normal() -> Double {
        if let spare = spareNormal {
            spareNormal = nil
            return spare
        }
        while true {
            let x = 2 * stream.nextDouble() - 1
            let y = 2 * stream.nextDouble() - 1
            let square = x * x + y * y
            guard square > 0, square < 1 else { continue }
            let factor = (-2 * DeterministicMath.log(square) / square).squareRoot()
            spareNormal = y * factor
            return x * factor
        }
    }

    /// A uniform multiple of 2^-53 in (0, 1].
    private mutating func positiveUniform() -> Double { 1 - stream.nextDouble() }
}
