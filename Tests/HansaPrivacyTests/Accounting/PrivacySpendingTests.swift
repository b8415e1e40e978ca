import HansaNumerics
import PrivacyTestSupport
import Testing

@testable import HansaPrivacy

@Suite("Spending: sums of what releases cost, and their ε")
struct PrivacySpendingTests {
    /// A release over one coordinate; parameters of the vectors are multiples of 1/2^20.
    static func event(_ row: PrivacyVectors.Composition) throws -> PrivacyEvent {
        if let scale = row.scale {
            return try laplace(scale: scale, sensitivity: row.sensitivity)
        }
        let sigma = try #require(row.sigma)
        return PrivacyEvent(
            mechanism: .discreteGaussian(variance: try Ratio(UInt64(sigma * sigma * 0x1p20), 1 << 20)),
            sensitivityL1: 0,
            sensitivityL2Squared: row.sensitivity * row.sensitivity,
            dimension: 1,
            source: .system
        )
    }

    static func laplace(scale: Double, sensitivity: UInt64) throws -> PrivacyEvent {
        PrivacyEvent(
            mechanism: .discreteLaplace(scale: try Ratio(UInt64((scale * 0x1p20).rounded()), 1 << 20)),
            sensitivityL1: sensitivity,
            sensitivityL2Squared: sensitivity * sensitivity,
            dimension: 1,
            source: .system
        )
    }

    static func spending(_ cost: PrivacyCost, rounds: UInt64) -> PrivacySpending {
        var spending = PrivacySpending()
        for _ in 0..<rounds { spending.add(cost) }
        return spending
    }

    @Test("pure rounds add up to the golden sum, never below it", arguments: PrivacyVectors.shared.pureSums)
    func pureRows(row: PrivacyVectors.PureSum) throws {
        // Scale 1/ε₀ as an exact ratio: Δ₁ = 100 ε₀ over scale 100.
        let sensitivity = UInt64((row.eps0 * 100).rounded())
        let cost = try Self.laplace(scale: 100, sensitivity: sensitivity).cost()
        let spending = Self.spending(cost, rounds: row.rounds)
        let reported = spending.epsilon(delta: row.delta)
        #expect(reported >= row.pure * (1 - 1e-15))
        #expect(reported <= row.pure * (1 + 1e-12))
        // With a δ, the filter may only help.
        #expect(spending.epsilon(delta: 1e-6) <= reported)
        #expect(spending.pureEpsilon == reported)
    }

    @Test("discrete compositions are never below the exact one", arguments: PrivacyVectors.shared.compositions)
    func discreteRows(row: PrivacyVectors.Composition) throws {
        let spending = Self.spending(try Self.event(row).cost(), rounds: row.rounds)
        let reported = spending.epsilon(delta: row.delta)
        #expect(reported >= row.pld - 1e-9)
        if let pure = row.pure { #expect(reported <= pure * (1 + 1e-12)) }
        if let concentrated = row.concentrated {
            // The row's own search over orders stops short of the best one, by less than 1e-3.
            #expect(reported >= concentrated * (1 - 1e-3))
            #expect(reported <= concentrated * (1 + 1e-6))
        }
    }

    @Test("ρ converts at its best order", arguments: PrivacyVectors.shared.conversions)
    func conversionRows(row: PrivacyVectors.Conversion) {
        var spending = PrivacySpending()
        spending.add(PrivacyCost(pureEpsilon: nil, rho: row.rho, xi: 0))
        let reported = spending.epsilon(delta: row.delta)
        #expect(reported >= row.best)
        #expect(reported <= row.best * (1 + 1e-6))
        #expect(reported < row.classic)
    }

    @Test("no order gives a smaller ε than the one that is taken", arguments: [1e-6, 1e-3, 0.1, 3, 40, 1e4])
    func bestOrder(rho: Double) {
        for xi in [0, rho / 7] {
            var spending = PrivacySpending()
            spending.add(PrivacyCost(pureEpsilon: nil, rho: rho, xi: xi))
            let reported = spending.epsilon(delta: 1e-5)
            var scanned = Double.infinity
            for index in 1...4000 {
                let order: Double = xi > 0 ? Double(index + 1) : 1 + Double(index * index) / 1000
                scanned = min(scanned, spending.epsilon(delta: 1e-5, order: order))
            }
            #expect(reported <= scanned * (1 + 1e-9))
        }
    }

    @Test("the order of releases matters by rounding upward only, and every release costs")
    func compositionLaws() throws {
        var costs: [PrivacyCost] = []
        for index in 1...40 as ClosedRange<UInt64> {
            costs.append(try Self.laplace(scale: 10 + Double(index) / 3, sensitivity: index).cost())
            costs.append(PrivacyCost(pureEpsilon: nil, rho: Double(index) / 977, xi: Double(index % 3) / 1e5))
        }
        var forward = PrivacySpending()
        var last = 0.0
        for cost in costs {
            forward.add(cost)
            let epsilon = forward.concentratedEpsilon(delta: 1e-6)
            #expect(epsilon > last)
            last = epsilon
        }
        var backward = PrivacySpending()
        for cost in costs.reversed() { backward.add(cost) }
        let exact = costs.reduce(Rational.zero) { $0 + Rational($1.rho) }
        for sum in [forward, backward] {
            #expect(Rational(sum.rho) >= exact)
            #expect(Rational(sum.rho) < exact * Rational(1 + 80 * 0x1p-52))
            #expect(sum.pureEpsilon == nil)
            #expect(sum.releaseCount == 80)
        }
    }

    @Test("sums of adversarial sizes are never below the exact sum")
    func roundedUpward() {
        var words = TestWords(seed: 7)
        for _ in 0..<3000 {
            let a = words.value()
            let b = words.value()
            let sum = UpwardArithmetic.sum(a, b)
            #expect(Rational(sum) >= Rational(a) + Rational(b))
            #expect(sum <= (a + b).nextUp)
            let product = UpwardArithmetic.product(a, b)
            #expect(Rational(product) >= Rational(a) * Rational(b))
            #expect(product <= (a * b).nextUp)
        }
        #expect(UpwardArithmetic.sum(0.25, 0.5) == 0.75)
        #expect(UpwardArithmetic.product(0.25, 3) == 0.75)
    }

    @Test("ratios are the least doubles that are not below")
    func ratios() {
        var words = TestWords(seed: 9)
        for _ in 0..<3000 {
            let numerator = (UInt128(words.next()) << UInt128(words.next() % 32)) >> UInt128(words.next() % 64)
            let denominator = max(1, UInt128(words.next()) >> UInt128(words.next() % 64))
            let ratio = UpwardArithmetic.ratio(numerator, denominator)
            let exact = Rational(numerator: numerator, denominator: denominator)
            #expect(Rational(ratio) >= exact)
            if ratio > 0 { #expect(Rational(ratio.nextDown) < exact) }
        }
        #expect(UpwardArithmetic.ratio(3, 4) == 0.75)
        #expect(UpwardArithmetic.ratio(1, UInt128(1) << 126) == 0x1p-126)
        #expect(UpwardArithmetic.ratio(.max, 1) == 0x1p128)
        #expect(UpwardArithmetic.ratio(0, 5) == 0)
    }

    @Test("what is not a cost counts as infinite")
    func invalidCosts() {
        let invalid = [Double.nan, .infinity, -1, -0.0]
        for value in invalid {
            for cost in [
                PrivacyCost(pureEpsilon: value, rho: 0, xi: 0), PrivacyCost(pureEpsilon: 0, rho: value, xi: 0),
                PrivacyCost(pureEpsilon: 0, rho: 0, xi: value), PrivacyCost(pureEpsilon: nil, rho: value, xi: 0),
                PrivacyCost(pureEpsilon: nil, rho: 0.1, xi: value),
            ] {
                #expect(!cost.isValid)
                var spending = PrivacySpending()
                spending.add(cost)
                spending.add(PrivacyCost(pureEpsilon: 0.1, rho: 0.005, xi: 0))
                #expect(spending.epsilon(delta: 1e-5) == .infinity)
            }
        }
        var huge = PrivacySpending()
        huge.add(PrivacyCost(pureEpsilon: 1e308, rho: 1e308, xi: 0))
        huge.add(PrivacyCost(pureEpsilon: 1e308, rho: 1e308, xi: 0))
        #expect(huge.epsilon(delta: 1e-5) == .infinity)
        for delta in [0, 1, -1, 2, Double.nan] {
            var spending = PrivacySpending()
            spending.add(PrivacyCost(pureEpsilon: nil, rho: 0.1, xi: 0))
            #expect(spending.epsilon(delta: delta) == .infinity)
        }
        #expect(PrivacySpending().epsilon(delta: 0) == 0)
    }

    @Test("the canonical form is read back, and nothing else is")
    func bytes() throws {
        var spending = PrivacySpending()
        spending.add(PrivacyCost(pureEpsilon: 0.5, rho: 0.125, xi: 0))
        for value in [PrivacySpending(), spending, spending.adding(PrivacyCost(pureEpsilon: nil, rho: 1, xi: 2))] {
            var reader = ByteReader(value.canonicalBytes)
            #expect(try PrivacySpending(from: &reader) == value)
            #expect(reader.remaining == 0)
            for count in 0..<value.canonicalBytes.count {
                var short = ByteReader(Array(value.canonicalBytes.prefix(count)))
                #expect(throws: ByteReaderError.truncated) { try PrivacySpending(from: &short) }
            }
        }
        for value in [Double.nan, .infinity, -1, -0.0] {
            var writer = ByteWriter()
            writer.write(false)
            writer.write(value)
            writer.write(1.0)
            writer.write(UInt64(1))
            var reader = ByteReader(writer.bytes)
            #expect(throws: ByteReaderError.invalidValue) { try PrivacySpending(from: &reader) }
            var cost = ByteReader(PrivacyCost(pureEpsilon: 1, rho: 1, xi: value).canonicalBytes)
            #expect(throws: ByteReaderError.invalidValue) { try PrivacyCost(from: &cost) }
        }
        // A cost that no release made.
        var writer = ByteWriter()
        writer.writeRaw(Array(spending.canonicalBytes.dropLast(8)))
        writer.write(UInt64(0))
        var reader = ByteReader(writer.bytes)
        #expect(throws: ByteReaderError.invalidValue) { try PrivacySpending(from: &reader) }
        let cost = PrivacyCost(pureEpsilon: 0.5, rho: 0.125, xi: 3)
        var costReader = ByteReader(cost.canonicalBytes)
        #expect(try PrivacyCost(from: &costReader) == cost)
    }
}
