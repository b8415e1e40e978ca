import Foundation
import PrivacyTestSupport
import Testing

@testable import HansaPrivacy

@Suite("The law of the noise") struct NoiseSamplerLawTests {
    /// A million draws fit the exact law, and their variance is within 5 standard errors of it.
    private func check(_ mechanism: NoiseMechanism, _ sampler: NoiseSampler, count: Int = 1_000_000, key: UInt8 = 1)
        throws
    {
        let law = ExactLaw(mechanism)
        let values = try draws(sampler, count, key: key)
        let probability = ChiSquare.probability(of: values, under: law)
        #expect(probability >= 1e-6, "\(mechanism)")
        let variance = law.moment(2)
        let error = ((law.moment(4) - variance * variance) / Double(count)).squareRoot()
        let measured = values.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(count)
        #expect(abs(measured - variance) <= 5 * error, "\(mechanism): \(measured), expected \(variance) ± \(error)")
        let mean = values.reduce(0.0) { $0 + Double($1) } / Double(count)
        #expect(abs(mean) <= 5 * (variance / Double(count)).squareRoot(), "\(mechanism): mean \(mean)")
    }

    static let parameters: [(UInt64, UInt64)] = [
        (1, 2), (1, 1), (2, 1), (22, 7), (7, 1), (10, 1), (355, 113), (100, 1), (999_999_937, 1_000_003),
    ]

    @Test("discrete Laplace", arguments: parameters)
    func laplace(numerator: UInt64, denominator: UInt64) throws {
        let mechanism = NoiseMechanism.discreteLaplace(scale: try Ratio(numerator, denominator))
        try check(mechanism, NoiseSampler(mechanism))
    }

    @Test("discrete Gaussian", arguments: parameters + [(1, 4), (25, 1), (10_000, 1), (1_000_000, 1), (14_000_000, 1)])
    func gaussian(numerator: UInt64, denominator: UInt64) throws {
        let mechanism = NoiseMechanism.discreteGaussian(variance: try Ratio(numerator, denominator))
        try check(mechanism, NoiseSampler(mechanism))
    }

    @Test("Skellam", arguments: parameters + [(1, 100), (25, 1), (10_000, 1), (1_000_000, 1)])
    func skellam(numerator: UInt64, denominator: UInt64) throws {
        let mechanism = NoiseMechanism.skellam(variance: try Ratio(numerator, denominator))
        try check(mechanism, NoiseSampler(mechanism))
    }

    @Test(
        "discrete Laplace at scale 1,000, and where outcomes stand for several values",
        arguments: [1000, 1500, 5000] as [UInt64]
    )
    func wideLaplace(scale: UInt64) throws {
        let mechanism = NoiseMechanism.discreteLaplace(scale: try Ratio(scale))
        try check(mechanism, NoiseSampler(mechanism))
    }

    @Test("outcomes that stand for several values have the same law", arguments: [1, 2, 3] as [UInt32])
    func shifted(shift: UInt32) throws {
        for mechanism in [
            NoiseMechanism.discreteLaplace(scale: try Ratio(22, 7)), .discreteLaplace(scale: try Ratio(100)),
            .discreteGaussian(variance: try Ratio(22, 7)), .discreteGaussian(variance: try Ratio(10_000)),
            .skellam(variance: try Ratio(22, 7)), .skellam(variance: try Ratio(10_000)),
        ] {
            try check(mechanism, NoiseSampler(mechanism, bits: 63, shift: shift), count: 200_000)
        }
    }

    @Test("a table of few bits, which further words refine, has the same law", arguments: [4, 8, 16] as [UInt32])
    func refined(bits: UInt32) throws {
        for mechanism in [
            NoiseMechanism.discreteLaplace(scale: try Ratio(1, 2)), .discreteLaplace(scale: try Ratio(22, 7)),
            .discreteGaussian(variance: try Ratio(1, 4)), .discreteGaussian(variance: try Ratio(100)),
            .skellam(variance: try Ratio(1)), .skellam(variance: try Ratio(100)),
        ] {
            try check(mechanism, NoiseSampler(mechanism, bits: bits), count: 100_000)
        }
    }

    @Test("few bits and several values at once")
    func refinedAndShifted() throws {
        for mechanism in [
            NoiseMechanism.discreteLaplace(scale: try Ratio(20)), .discreteGaussian(variance: try Ratio(200)),
            .skellam(variance: try Ratio(200)),
        ] {
            try check(mechanism, NoiseSampler(mechanism, bits: 6, shift: 2), count: 100_000)
        }
    }

    @Test(
        "wide laws, whose cells are too many to count, have their variance",
        arguments: [
            (NoiseMechanismKind.laplace, 40_000_000, 1), (.gaussian, 1 << 52, 3), (.gaussian, 1 << 56, 1),
            (.skellam, 1 << 32, 3), (.skellam, 1 << 39, 1),
        ] as [(NoiseMechanismKind, UInt64, UInt64)]
    )
    func wide(kind: NoiseMechanismKind, numerator: UInt64, denominator: UInt64) throws {
        let parameter = try Ratio(numerator, denominator)
        let value = parameter.value
        let mechanism: NoiseMechanism
        let (variance, fourth): (Double, Double)
        switch kind {
        case .laplace:
            mechanism = .discreteLaplace(scale: parameter)
            (variance, fourth) = (2 * value * value, 24 * value * value * value * value)
        case .gaussian:
            mechanism = .discreteGaussian(variance: parameter)
            (variance, fourth) = (value, 3 * value * value)
        case .skellam:
            mechanism = .skellam(variance: parameter)
            (variance, fourth) = (value, 3 * value * value + value)
        }
        let count = 500_000
        // Beyond the limits too: the method has none.
        let values = try draws(NoiseSampler(mechanism, bits: 63), count, key: 3)
        let measured = values.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(count)
        #expect(abs(measured - variance) <= 5 * ((fourth - variance * variance) / Double(count)).squareRoot())
        // The low bits are as good as uniform: those that choose within an outcome are not lost or repeated.
        var counts = [Double](repeating: 0, count: 256)
        for value in values { counts[Int(value & 255)] += 1 }
        let cells = counts.map { (observed: $0, expected: Double(count) / 256) }
        #expect(ChiSquare.probability(of: cells) >= 1e-6)
    }

    @Test("the reference's probabilities")
    func reference() throws {
        struct Row: Decodable {
            let scale: Double?
            let sigma2: Double?
            let variance: Double?
            let muTotalVariance: Double?
            let pmf0To10: [Double]

            enum CodingKeys: String, CodingKey {
                case scale, sigma2, variance
                case muTotalVariance = "mu_total_variance"
                case pmf0To10 = "pmf0_to_10"
            }

            func mechanism() throws -> NoiseMechanism {
                if let scale { return .discreteLaplace(scale: try Ratio(UInt64(scale * 4), 4)) }
                if let sigma2 { return .discreteGaussian(variance: try Ratio(UInt64(sigma2 * 4), 4)) }
                return .skellam(variance: try Ratio(UInt64(try #require(muTotalVariance) * 4), 4))
            }
        }
        struct Vectors: Decodable {
            let laplace: [Row]
            let gaussian: [Row]
            let skellam: [Row]

            enum CodingKeys: String, CodingKey {
                case laplace = "D_discrete_laplace_exact"
                case gaussian = "D_discrete_gaussian_exact"
                case skellam = "D_skellam_exact"
            }
        }
        let vectors = try PrivacyVectors.read(Vectors.self)
        let rows = vectors.laplace + vectors.gaussian + vectors.skellam
        #expect(rows.count == 9)
        let count = 1_000_000
        for row in rows {
            let mechanism = try row.mechanism()
            // The tests' own law is the reference's.
            let law = ExactLaw(mechanism)
            for (own, reference) in zip(law.probabilities, row.pmf0To10) where reference > 1e-30 {
                #expect(abs(own - reference) <= 1e-10 * reference, "\(mechanism)")
            }
            if let variance = row.variance { #expect(abs(law.moment(2) - variance) <= 1e-9 * variance) }
            // And so are the draws, in the reference's own cells.
            let values = try draws(NoiseSampler(mechanism), count, key: 5)
            var cells: [(observed: Double, expected: Double)] = []
            for value in -10...10 {
                let expected = Double(count) * row.pmf0To10[abs(value)]
                guard expected >= 20 else { continue }
                cells.append((Double(values.count { $0 == value }), expected))
            }
            let rest = (
                observed: Double(count) - cells.reduce(0) { $0 + $1.observed },
                expected: Double(count) - cells.reduce(0) { $0 + $1.expected }
            )
            if rest.expected >= 20 { cells.append(rest) }
            #expect(ChiSquare.probability(of: cells) >= 1e-6, "\(mechanism)")
        }
    }
}

enum NoiseMechanismKind: Sendable { case laplace, gaussian, skellam }
