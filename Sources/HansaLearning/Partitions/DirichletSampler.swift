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
    private var normal = PolarNormal()

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
        Proportions.cut(total, by: draw(count))
    }

    /// One draw: `count` proportions of sum 1, up to rounding.
    mutating func draw(_ count: Int) -> [Double] { Proportions.normalized(logarithms: logarithms(count)) }

    /// The logarithms of the Gamma(α) values that one draw is made of.
    mutating func logarithms(_ count: Int) -> [Double] {
        var logarithms: [Double] = []
        logarithms.reserveCapacity(count)
        for _ in 0..<count { logarithms.append(logGamma()) }
        return logarithms
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
            let x = normal.next(&stream)
            let root = 1 + c * x
            guard root > 0 else { continue }
            let v = root * root * root
            let logarithm = DeterministicMath.log(v)
            if DeterministicMath.log(positiveUniform()) < 0.5 * x * x + d - d * v + d * logarithm {
                return DeterministicMath.log(d) + logarithm
            }
        }
    }

    /// A uniform multiple of 2^-53 in (0, 1].
    private mutating func positiveUniform() -> Double { 1 - stream.nextDouble() }
}
