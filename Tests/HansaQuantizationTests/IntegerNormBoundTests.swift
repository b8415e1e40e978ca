import HansaNumerics
import HansaQuantization
import Testing

/// A million adversarial vectors for each norm against the integer norm bounds of PRIVACY.md §2.
@Suite("Integer norm bounds")
struct IntegerNormBoundTests {
    /// Vectors that rounding finds hard, in units of one clip bound or one step.
    private struct Adversary {
        var stream: RandomStream

        init(seed: UInt64) { stream = RandomStream(seed: seed, purpose: .rounding) }

        /// 1 to 64, and every five-hundredth time up to 4,096.
        mutating func count() -> Int {
            stream.next(below: 500) == 0 ? 65 + Int(stream.next(below: 4032)) : 1 + Int(stream.next(below: 64))
        }

        mutating func sign() -> Double { stream.next(below: 2) == 0 ? 1 : -1 }

        /// - Parameter reach: the coordinate of a vector of equal coordinates that is exactly at the clip bound.
        mutating func vector(count: Int, clip: Double, step: Double, reach: Double) -> [Float] {
            let kind = stream.next(below: 10)
            let place = Int(stream.next(below: UInt64(count)))
            let scale = 1 + (stream.nextDouble() - 0.5) * 0x1p-22
            return (0..<count).map { index in
                switch kind {
                // All at one half between two integers, which independent rounding takes beyond the bound half the time.
                case 0: return Float(sign() * step * 0.5)
                case 1: return Float(sign() * step * (Double(stream.next(below: 4)) + 0.5))
                // At the bound, and by Float's rounding around it.
                case 2: return Float(sign() * reach)
                case 3: return Float(sign() * reach * scale)
                // Everything in one coordinate, at the bound, beyond it and absurdly far beyond it.
                case 4: return index == place ? Float(sign() * clip * scale) : 0
                case 5: return index == place ? Float(sign()) * .greatestFiniteMagnitude : Float(step * 0.5)
                // So small that nothing is left of them, alone or together.
                case 6: return Float(sign()) * .leastNonzeroMagnitude * Float(1 + stream.next(below: 9))
                case 7: return Float(sign() * step / Double(count) * scale)
                // Magnitudes of every kind beside each other.
                case 8: return Float(sign() * clip) * Self.power(Int(stream.next(below: 120)) - 90)
                default: return Float((stream.nextDouble() - 0.5) * 4 * reach)
                }
            }
        }

        private static func power(_ exponent: Int) -> Float { Float(sign: .plus, exponent: exponent, significand: 1) }

        /// All zeros and all ones a third of the time each.
        mutating func draw() -> UInt64 {
            switch stream.next(below: 3) {
            case 0: 0
            case 1: .max
            default: stream.next64()
            }
        }
    }

    /// 125,000 vectors a seed: |q|₁ is ⌊·⌋ or ⌈·⌉ of |x|₁ / step and at most K, with one draw and no second.
    @Test("L1: systematic rounding keeps the bound at once", arguments: 1...8 as ClosedRange<UInt64>)
    func systematic(seed: UInt64) throws {
        var adversary = Adversary(seed: seed)
        var violations: [String] = []
        var clippedCount = 0
        var atBoundCount = 0
        for _ in 0..<125_000 {
            let count = adversary.count()
            let clip = 0.25 + adversary.stream.nextDouble()
            // From one step to thousands within the bound.
            let step = clip / (1 + adversary.stream.nextDouble() * Double(1 << adversary.stream.next(below: 14)))
            let x = adversary.vector(count: count, clip: clip, step: step, reach: clip / Double(count))
            let rounding = try SystematicRounding(clip: clip, step: step)
            let (values, wasClipped) = try rounding.round(x, draw: adversary.draw())
            let norm = values.reduce(Int64(0)) { $0 + Int64($1.magnitude) }
            if norm > rounding.bound { violations.append("\(norm) of \(rounding.bound)") }
            if norm == rounding.bound { atBoundCount += 1 }
            if wasClipped {
                clippedCount += 1
                // What the clip leaves is K less d + 1 units of 2^-31 of it, at most.
                if norm < rounding.bound - 1 { violations.append("clipped to \(norm) of \(rounding.bound)") }
            } else {
                let exact = x.reduce(0) { $0 + Double($1.magnitude) } / step
                // Fixed point loses 2^-31 a coordinate, Double's sum less.
                if Double(norm) < (exact - Double(count) * 0x1p-31 - exact * 0x1p-40).rounded(.down)
                    || Double(norm) > (exact + exact * 0x1p-40).rounded(.up)
                {
                    violations.append("\(norm) for \(exact)")
                }
            }
            for (value, coordinate) in zip(values, x) where value != 0 && (value > 0) != (coordinate > 0) {
                violations.append("a sign")
            }
        }
        #expect(violations.isEmpty, Comment(rawValue: violations.prefix(3).joined(separator: ", ")))
        #expect(clippedCount > 20_000 && atBoundCount > 20_000)
    }

    /// 125,000 vectors a seed, on steps up to the coarsest that is allowed: |q|₂² ≤ K₂², exactly.
    @Test("L2: conditional rounding keeps the bound", arguments: 11...18 as ClosedRange<UInt64>)
    func conditional(seed: UInt64) throws {
        var adversary = Adversary(seed: seed)
        var violations = 0
        var clippedCount = 0
        var besideBoundCount = 0
        for _ in 0..<125_000 {
            let count = adversary.count()
            let root = Double(count).squareRoot()
            let clip = 0.25 + adversary.stream.nextDouble()
            let coarsest = 2 * ConditionalRounding.coarsenessMax * clip / root
            // A third at the coarsest step, where the bound is most often in the way; others finer by up to 2^9.
            let step =
                coarsest * (1 - 0x1p-40)
                / (adversary.stream.next(below: 3) == 0
                    ? 1 : 1 + adversary.stream.nextDouble() * Double(1 << adversary.stream.next(below: 10)))
            let x = adversary.vector(count: count, clip: clip, step: step, reach: clip / root)
            // A β near 1 makes tries fail half the time, and few tries make the last resort come about.
            let isTight = adversary.stream.next(below: 2) == 0
            let rounding = try ConditionalRounding(
                count: count,
                clip: clip,
                step: step,
                logInverseBeta: isTight ? 1e-9 : 0.5,
                tryCount: isTight ? 2 : ConditionalRounding.tryCountDefault
            )
            let (values, wasClipped) = try rounding.round(x, key: adversary.stream.next64())
            let norm = values.reduce(UInt128(0)) { $0 + UInt128($1.magnitude) * UInt128($1.magnitude) }
            if norm > UInt128(rounding.boundSquared) { violations += 1 }
            if Double(norm) > 0.99 * Double(rounding.boundSquared) { besideBoundCount += 1 }
            if wasClipped { clippedCount += 1 }
        }
        #expect(violations == 0)
        #expect(clippedCount > 20_000 && besideBoundCount > 10_000)
    }

    /// The bias that conditional rounding has is the one that its documentation bounds.
    ///
    /// With β = e^-5 the bound is 0.027 steps; toward zero alone would be off by 2.
    @Test("L2: at the bound, rounding is biased by no more than it says", arguments: [0.5, 5] as [Double])
    func conditionalBias(logInverseBeta: Double) throws {
        // Sixteen coordinates of 5.5 steps, together at the clip bound of 22 steps.
        let count = 16
        let step = 1 / 22.0
        let x = [Float](repeating: 0.25, count: count)
        let rounding = try ConditionalRounding(
            count: count,
            clip: 1,
            step: step,
            logInverseBeta: logInverseBeta,
            tryCount: 4
        )
        var stream = RandomStream(seed: 1, purpose: .rounding)
        var sums = [Double](repeating: 0, count: count)
        let draws = 20_000
        for _ in 0..<draws {
            for (index, value) in try rounding.round(x, key: stream.next64()).values.enumerated() {
                sums[index] += Double(value)
            }
        }
        let bias = sums.reduce(0) { sum, total in
            let difference = total / Double(draws) - 5.5
            return sum + difference * difference
        }.squareRoot()
        // Five deviations of the estimate: √(d / 4n).
        let noise = 5 * (Double(count) / Double(4 * draws)).squareRoot()
        #expect(bias <= rounding.biasMax + noise)
    }

    @Test("L2: the stated bias is that of its formula")
    func biasBound() throws {
        // β = e^-0.5: β / (1 − β) = 1.541494 and β^8 = 0.018316, times √16.
        let rounding = try ConditionalRounding(count: 16, clip: 1, step: 0.01)
        #expect(abs(rounding.biasMax - 6.239239) < 1e-5)
    }
}
