import Foundation
import Testing

@testable import HansaPrivacy

@Suite("Filling with noise") struct NoiseSamplerUseTests {
    private static func mechanisms() throws -> [NoiseMechanism] {
        [
            .discreteLaplace(scale: try Ratio(7)), .discreteLaplace(scale: try Ratio(100_000)),
            .discreteGaussian(variance: try Ratio(22, 7)), .discreteGaussian(variance: try Ratio(1 << 40)),
            .skellam(variance: try Ratio(50)), .skellam(variance: try Ratio(1 << 28)),
        ]
    }

    @Test("in parts gives the values of filling at once")
    func parts() throws {
        for mechanism in try Self.mechanisms() {
            for bits: UInt32 in [8, 63] {
                // The narrow table takes words that it has not announced, wherever they fall in the stream's pieces.
                if bits == 8, mechanism.parameter.value > 1000 { continue }
                let sampler = try NoiseSampler(mechanism, bits: bits)
                let whole = try draws(sampler, 10_000, key: 8)
                var stream = try NoiseStream(key: [UInt8](repeating: 8, count: 32))
                var inParts: [Int32] = []
                for count in [1, 2, 3, 4_089, 1, 4_096, 0, 1_807, 1] {
                    inParts += try draws(sampler, count, from: &stream)
                }
                #expect(inParts == whole, "\(mechanism)")
            }
        }
    }

    @Test("uses one word for each value, two for Skellam noise")
    func wordCount() throws {
        let key = [UInt8](repeating: 4, count: 32)
        for mechanism in try Self.mechanisms() where mechanism.parameter.value < 1000 {
            var stream = try NoiseStream(key: key)
            _ = try draws(NoiseSampler(mechanism), 5_001, from: &stream)
            let next = try stream.next64()
            var other = try NoiseStream(key: key)
            let wordsEach = mechanism.number == 3 ? 2 : 1
            for _ in 0..<(5_001 * wordsEach) { _ = try other.next64() }
            let expected = try other.next64()
            #expect(next == expected, "\(mechanism)")
        }
    }

    @Test("saturates at the ends of Int32, as often as the law says")
    func saturation() throws {
        let count = 100_000
        let values = try draws(NoiseSampler(.discreteLaplace(scale: Ratio(1 << 31)), bits: 63), count, key: 2)
        let expected = exp(-1.0)
        let beyond = Double(values.count { $0 == .max || $0 == .min }) / Double(count)
        #expect(abs(beyond - expected) < 5 * (expected * (1 - expected) / Double(count)).squareRoot())
        let above = Double(values.count { $0 == .max }) / Double(count)
        #expect(abs(above - expected / 2) < 5 * (expected / 2 / Double(count)).squareRoot())
    }

    @Test("takes the smallest and largest parameters")
    func extremes() throws {
        let smallest = try Ratio(1, Ratio.denominatorMax)
        for mechanism in [
            NoiseMechanism.discreteLaplace(scale: smallest), .discreteGaussian(variance: smallest),
            .skellam(variance: smallest),
        ] {
            let values = try draws(NoiseSampler(mechanism, bits: 63), 10_000, key: 6)
            #expect(values.allSatisfy { $0 == 0 }, "\(mechanism)")
        }
        let largest = try Ratio(Ratio.numeratorMax)
        let laplace = try draws(NoiseSampler(.discreteLaplace(scale: largest), bits: 63), 10_000, key: 6)
        #expect(laplace.count { $0 == .max } > 4_700 && laplace.count { $0 == .min } > 4_700)
        let gaussian = try draws(NoiseSampler(.discreteGaussian(variance: largest), bits: 63), 10_000, key: 6)
        // 2^31 is one standard deviation.
        #expect((2_900...3_450).contains(gaussian.count { $0 == .max || $0 == .min }))
        let odd = try Ratio(Ratio.numeratorMax - 1, Ratio.denominatorMax - 1)
        #expect(try draws(NoiseSampler(.discreteLaplace(scale: odd), bits: 63), 100, key: 6).contains { $0 != 0 })
        #expect(try draws(NoiseSampler(.discreteGaussian(variance: odd), bits: 63), 100, key: 6).contains { $0 != 0 })
    }

    @Test("refuses noise that would be limited to Int32, or whose table would be too wide")
    func refusal() throws {
        func mechanisms(_ offset: UInt64) throws -> [NoiseMechanism] {
            [
                .discreteLaplace(scale: try Ratio(NoiseSampler.laplaceScaleBound - offset)),
                .discreteGaussian(variance: try Ratio(NoiseSampler.gaussianVarianceBound - offset)),
                .skellam(variance: try Ratio(NoiseSampler.skellamVarianceBound - offset)),
            ]
        }
        for mechanism in try mechanisms(0) {
            #expect(throws: PrivacyError.invalidParameter) { try NoiseSampler.validate(mechanism) }
            #expect(throws: PrivacyError.invalidParameter) { _ = try NoiseSampler(mechanism) }
        }
        for mechanism in try mechanisms(1) {
            try NoiseSampler.validate(mechanism)
            // What a draw has beyond Int32 is less than 2^-180.
            #expect(NoiseTail.magnitude(of: mechanism, drawCount: 0x1p180, expectedCount: 1) < 0x1p31)
        }
    }
}
