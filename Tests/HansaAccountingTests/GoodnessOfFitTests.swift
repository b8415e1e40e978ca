import HansaPrivacy
import Testing

@testable import HansaAccounting

@Suite("Goodness of fit")
struct GoodnessOfFitTests {
    /// Draws by inverting the sums of the law's own masses at evenly spread words.
    private func quantiles(_ law: NoiseMechanism, count: Int) -> [Int32] {
        let masses = law.masses(reach: 200)
        return (0..<count).map { index in
            var rest = (Double(index) + 0.5) / Double(count)
            for z in -200...200 {
                rest -= z == 0 ? masses[0] : masses[abs(z)] / 2
                if rest < 0 { return Int32(z) }
            }
            return 200
        }
    }

    @Test("masses are those of independent programs")
    func masses() throws {
        // dp.json, D: variance 25 of Skellam noise, scale 2 of discrete Laplace, variance 1 of discrete Gaussian.
        let skellam = try NoiseMechanism.skellam(variance: Ratio(25)).masses(reach: 3)
        #expect(abs(skellam[0] - 0.0801967735474367) < 1e-13)
        #expect(abs(skellam[3] - 2 * 0.06675040380218984) < 1e-13)
        let laplace = try NoiseMechanism.discreteLaplace(scale: Ratio(2)).masses(reach: 1)
        #expect(abs(laplace[0] - 0.24491866240370913) < 1e-13)
        let gaussian = try NoiseMechanism.discreteGaussian(variance: Ratio(1)).masses(reach: 2)
        #expect(abs(gaussian[2] - 2 * 0.053990966224305284) < 1e-13)
    }

    @Test("the law's own quantiles fit, those of a law beside it do not")
    func power() throws {
        let pairs: [(NoiseMechanism, NoiseMechanism)] = [
            (.discreteLaplace(scale: try Ratio(7)), .discreteLaplace(scale: try Ratio(67, 10))),
            (.discreteGaussian(variance: try Ratio(50)), .discreteGaussian(variance: try Ratio(46))),
            (.skellam(variance: try Ratio(10)), .discreteGaussian(variance: try Ratio(10))),
        ]
        for (law, other) in pairs {
            let draws = quantiles(law, count: 400_000)
            #expect(try GoodnessOfFit(draws, law: law).pValue > 0.99)
            #expect(try GoodnessOfFit(draws, law: other).pValue < 1e-6)
        }
        #expect(throws: PrivacyError.invalidRequest) { try GoodnessOfFit([], law: pairs[0].0) }
    }

    @Test("a tail that is cut at four deviations shows, where cells alone would not tell")
    func tails() throws {
        for law in [NoiseMechanism.discreteGaussian(variance: try Ratio(400)), .skellam(variance: try Ratio(400))] {
            let draws = quantiles(law, count: 1_000_000)
            let fit = try GoodnessOfFit(draws, law: law)
            #expect(fit.tailPValue > 0.5 && fit.leastPValue > 0.9)
            // Where each draw beyond is made again, and too often.
            let cut = try GoodnessOfFit(draws.map { abs($0) > 80 ? $0 / 8 : $0 }, law: law)
            #expect(cut.pValue > 1e-6 && cut.tailPValue < 1e-9 && cut.leastPValue < 1e-6)
            let fat = try GoodnessOfFit(draws.enumerated().map { $0 % 10_000 == 0 ? 90 : $1 }, law: law)
            #expect(fat.tailPValue < 1e-6)
        }
        #expect(try GoodnessOfFit([0, 1, -1], law: .skellam(variance: try Ratio(2))).tailPValue > 1e-3)
    }

    @Test("one-sided draws do not fit")
    func signs() throws {
        let law = NoiseMechanism.discreteLaplace(scale: try Ratio(7))
        let draws = quantiles(law, count: 10_000).map { Int32($0.magnitude) }
        #expect(try GoodnessOfFit(draws, law: law).pValue < 1e-6)
    }

    @Test("the gamma function's tail has its known values")
    func upperGamma() {
        // Q(1/2, x) = erfc √x, Q(1, x) = e^-x; chi-square of 10 at 18.307 is 0.05.
        #expect(abs(GoodnessOfFit.upperGamma(shape: 0.5, 1) - 0.15729920705028513) < 1e-14)
        #expect(abs(GoodnessOfFit.upperGamma(shape: 1, 0.25) - 0.7788007830714049) < 1e-14)
        #expect(abs(GoodnessOfFit.upperGamma(shape: 5, 18.307038053275146 / 2) - 0.05) < 1e-12)
        #expect(GoodnessOfFit.upperGamma(shape: 3, 0) == 1)
    }
}
