extension PrivacyEvent {
    /// The order at which ``cost()`` compares the two forms of Skellam noise's bound.
    private static let comparedOrder = 16.0

    /// What this release costs at most.
    ///
    /// The source is not looked at: seeded noise protects from nobody who knows the seed, and whoever shows the number
    /// says so.
    ///
    /// - Discrete Laplace: ε = Δ₁ / scale, and ρ = ε² / 2 (Bun, Steinke 2016, proposition 1.4).
    /// - Discrete Gaussian: ρ = Δ₂² / (2σ²) (Canonne, Kamath, Steinke 2020, theorem 4 and its form for vectors).
    /// - Skellam of variance µ, for integer orders (Agarwal, Kairouz, Liu 2021, theorem 3.5):
    ///   D(α) ≤ α Δ₂² / (2µ) + min{ ((2α − 1) Δ₂² + 6 Δ₁) / (4µ²), 3 Δ₁ / (2µ) }. Either form is a line in α; the one that
    ///   is lower at α = 16 is taken, whole. A `sensitivityL1` of 0 becomes the largest that integers of that L2 norm can
    ///   have: min{Δ₂², √d · Δ₂}.
    ///
    /// Every value is rounded upward. Refuses a sensitivity that the mechanism's bound needs and that is 0.
    public func cost() throws(PrivacyError) -> PrivacyCost {
        guard dimension > 0 else { throw .invalidSensitivity }
        let numerator = UInt128(mechanism.parameter.numerator)
        let denominator = UInt128(mechanism.parameter.denominator)
        switch mechanism {
        case .discreteLaplace:
            guard sensitivityL1 > 0 else { throw .invalidSensitivity }
            let epsilon = UpwardArithmetic.ratio(UInt128(sensitivityL1) * denominator, numerator)
            return PrivacyCost(
                pureEpsilon: epsilon,
                rho: UpwardArithmetic.product(UpwardArithmetic.product(epsilon, epsilon), 0.5),
                xi: 0
            )
        case .discreteGaussian:
            guard sensitivityL2Squared > 0 else { throw .invalidSensitivity }
            let rho = UpwardArithmetic.ratio(UInt128(sensitivityL2Squared) * denominator, 2 * numerator)
            return PrivacyCost(pureEpsilon: nil, rho: rho, xi: 0)
        case .skellam:
            let l1 = try skellamSensitivityL1()
            let slope = UpwardArithmetic.ratio(UInt128(sensitivityL2Squared) * denominator, 2 * numerator)
            let offset = UpwardArithmetic.ratio(3 * UInt128(l1) * denominator, 2 * numerator)
            let inverseVariance = UpwardArithmetic.ratio(denominator, numerator)
            // Δ₂² / (2µ) · (1 + 1/µ), and (6 Δ₁ − Δ₂²) / (4µ²) or 0 where that is negative.
            let steepSlope = UpwardArithmetic.sum(slope, UpwardArithmetic.product(slope, inverseVariance))
            let rest =
                6 * UInt128(l1) > UInt128(sensitivityL2Squared)
                ? 6 * UInt128(l1) - UInt128(sensitivityL2Squared) : 0
            let steepOffset = UpwardArithmetic.product(
                UpwardArithmetic.ratio(rest * denominator, 4 * numerator),
                inverseVariance
            )
            let isSteepLower = steepOffset + steepSlope * Self.comparedOrder < offset + slope * Self.comparedOrder
            // Above 0, because the bound holds for integer orders only.
            return PrivacyCost(
                pureEpsilon: nil,
                rho: isSteepLower ? steepSlope : slope,
                xi: max(isSteepLower ? steepOffset : offset, .leastNormalMagnitude)
            )
        }
    }

    /// Δ₁ as Skellam noise's bound takes it: what the event says, and no more than its L2 norm allows integers.
    public func skellamSensitivityL1() throws(PrivacyError) -> UInt64 {
        guard sensitivityL2Squared > 0, dimension > 0 else { throw .invalidSensitivity }
        // Each |q_i| ≤ q_i², and Cauchy and Schwarz: Δ₁² ≤ d · Δ₂².
        let largest = min(
            sensitivityL2Squared,
            Self.integerRoot(UInt128(dimension) * UInt128(sensitivityL2Squared))
        )
        return sensitivityL1 > 0 ? min(sensitivityL1, largest) : largest
    }

    /// ⌊√x⌋ of a product of two UInt64.
    private static func integerRoot(_ x: UInt128) -> UInt64 {
        var root = UInt128(UInt64(exactly: Double(x).squareRoot().rounded(.down)) ?? .max)
        // Off by less than 2^12 at first, and then, by a step of Newton's, by 1.
        if root > 0 { root = min((root + x / root) / 2, UInt128(UInt64.max)) }
        while root * root > x { root -= 1 }
        while root < UInt128(UInt64.max), (root + 1) * (root + 1) <= x { root += 1 }
        return UInt64(truncatingIfNeeded: root)
    }
}
