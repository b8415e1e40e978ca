import Foundation
import HansaNumerics
import PrivacyTestSupport
import Testing

@testable import HansaPrivacy

@Suite("What one release costs")
struct PrivacyEventCostTests {
    @Test("closed forms that are representable are exact")
    func closedForms() throws {
        let laplace = try PrivacyEvent.release(.discreteLaplace(scale: Ratio(8)), l1: 4).cost()
        #expect(laplace == PrivacyCost(pureEpsilon: 0.5, rho: 0.125, xi: 0))
        let gaussian = try PrivacyEvent.release(.discreteGaussian(variance: Ratio(64)), l2Squared: 16).cost()
        #expect(gaussian == PrivacyCost(pureEpsilon: nil, rho: 0.125, xi: 0))
        // µ = 16, Δ₁ = Δ₂² = 4: slope 1/8 · (1 + 1/16), offset (24 − 4) / 1024.
        let skellam = try PrivacyEvent.release(.skellam(variance: Ratio(16)), l1: 4, l2Squared: 4, dimension: 4).cost()
        #expect(skellam == PrivacyCost(pureEpsilon: nil, rho: 0.1328125, xi: 0.01953125))
        // The other form: µ = 1/2, slope Δ₂² / (2µ), offset 3 Δ₁ / (2µ).
        let small = try PrivacyEvent.release(.skellam(variance: Ratio(1, 2)), l1: 4, l2Squared: 4, dimension: 4).cost()
        #expect(small == PrivacyCost(pureEpsilon: nil, rho: 4, xi: 12))
    }

    @Test("a sensitivity that the bound needs and that is 0 is refused")
    func refusals() throws {
        let ratio = try Ratio(4)
        for event in [
            PrivacyEvent.release(.discreteLaplace(scale: ratio), l2Squared: 4),
            PrivacyEvent.release(.discreteGaussian(variance: ratio), l1: 4),
            PrivacyEvent.release(.skellam(variance: ratio), l1: 4),
            PrivacyEvent.release(.discreteLaplace(scale: ratio), l1: 4, dimension: 0),
            PrivacyEvent.release(.discreteGaussian(variance: ratio), l2Squared: 4, dimension: 0),
            PrivacyEvent.release(.skellam(variance: ratio), l1: 4, l2Squared: 4, dimension: 0),
        ] {
            #expect(throws: PrivacyError.invalidSensitivity) { try event.cost() }
        }
    }

    @Test("no terms of parameters and sensitivities overflow")
    func extremes() throws {
        for parameter in [
            try Ratio(1, Ratio.denominatorMax), try Ratio(Ratio.numeratorMax), try Ratio(Ratio.numeratorMax, 3),
        ] {
            for size in [1, UInt64.max] {
                for number in 1...3 as ClosedRange<UInt8> {
                    let mechanism = try #require(NoiseMechanism(number: number, parameter: parameter))
                    let cost = try PrivacyEvent.release(mechanism, l1: size, l2Squared: size, dimension: .max).cost()
                    #expect(cost.isValid)
                    #expect(cost.rho > 0)
                }
            }
        }
    }

    @Test("an unknown L1 norm is the largest that the L2 norm and the dimension allow")
    func derivedL1() throws {
        func l1(_ given: UInt64, _ squared: UInt64, _ dimension: UInt64) throws -> UInt64 {
            try PrivacyEvent.release(.skellam(variance: Ratio(9)), l1: given, l2Squared: squared, dimension: dimension)
                .skellamSensitivityL1()
        }
        #expect(try l1(0, 4, 100) == 4)
        #expect(try l1(0, 400, 100) == 200)
        #expect(try l1(7, 400, 100) == 7)
        #expect(try l1(5000, 400, 100) == 200)
        #expect(try l1(0, 400, 3) == 34)
        #expect(try l1(0, .max, .max) == .max)
        #expect(try l1(0, .max, 1) == (1 << 32) - 1)
    }

    /// log Σ P(z)^α P(z − Δ)^(1−α) / (α − 1), summed.
    private func divergence(_ logMass: (Int) -> Double, shift: Int, order: Double, reach: Int) -> Double {
        let terms = (-reach...reach).map { order * logMass($0) + (1 - order) * logMass($0 - shift) }
        let largest = terms.max() ?? 0
        let sum: Double = terms.reduce(0) { $0 + exp($1 - largest) }
        return (largest + log(sum)) / (order - 1)
    }

    /// P(z) of a difference of two Poisson variables, summed.
    private func skellamMass(_ z: Int, mean: Double) -> Double {
        var sum = 0.0
        for k in 0..<400 {
            let logPower: Double = Double(2 * k + z) * log(mean)
            sum += exp(logPower - 2 * mean - lgamma(Double(k + 1)) - lgamma(Double(k + z + 1)))
        }
        return sum
    }

    private func gaussianLogTotal(variance: Int) -> Double {
        var total = 0.0
        for z in -200...200 { total += exp(-Double(z * z) / Double(2 * variance)) }
        return log(total)
    }

    @Test("bounds hold for the summed divergences of the exact laws", arguments: [1, 2, 5] as [Int])
    func summedDivergences(shift: Int) throws {
        for variance in [1, 4, 25] as [Int] {
            let mean = Double(variance) / 2
            let masses: [Double] = (0...700).map { skellamMass($0, mean: mean) }
            let logTotal = gaussianLogTotal(variance: variance)
            let laws: [(NoiseMechanism, (Int) -> Double, Int)] = [
                (.skellam(variance: try Ratio(UInt64(variance))), { log(masses[abs($0)]) }, 40),
                (
                    .discreteGaussian(variance: try Ratio(UInt64(variance))),
                    { z in
                        -Double(z * z) / Double(2 * variance) - logTotal
                    }, 200
                ),
                (
                    .discreteLaplace(scale: try Ratio(UInt64(variance))),
                    { z in -Double(abs(z)) / Double(variance) + log(tanh(0.5 / Double(variance))) }, 600
                ),
            ]
            for (mechanism, mass, reach) in laws {
                let event = PrivacyEvent.release(mechanism, l1: UInt64(shift), l2Squared: UInt64(shift * shift))
                let cost = try event.cost()
                for order in [2, 3, 8, 16] as [Double] {
                    let exact = divergence(mass, shift: shift, order: order, reach: reach)
                    #expect(cost.xi + cost.rho * order >= exact * (1 - 1e-9))
                }
            }
        }
    }

    @Test("the canonical form is read back, and other numbers are refused")
    func bytes() throws {
        let event = PrivacyEvent(
            mechanism: .skellam(variance: try Ratio(77, 3)),
            sensitivityL1: 12,
            sensitivityL2Squared: 99,
            dimension: 1000,
            source: .seeded
        )
        let bytes = event.canonicalBytes
        #expect(bytes.count == 1 + 5 * 8 + 1)
        var reader = ByteReader(bytes)
        #expect(try PrivacyEvent(from: &reader) == event)
        for (position, value) in [(0, 0), (0, 4), (41, 0), (41, 3), (8, 0xFF), (15, 0xFF)] as [(Int, UInt8)] {
            var other = bytes
            other[position] = value
            var reader = ByteReader(other)
            #expect(throws: ByteReaderError.invalidValue) { try PrivacyEvent(from: &reader) }
        }
        for count in bytes.indices {
            var short = ByteReader(Array(bytes.prefix(count)))
            #expect(throws: ByteReaderError.self) { try PrivacyEvent(from: &short) }
        }
    }
}
