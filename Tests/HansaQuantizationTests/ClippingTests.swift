import HansaQuantization
import Testing

@Suite struct ClippingTests {
    @Test func onlyVectorsAboveTheBoundAreScaled() throws {
        var x: [Float] = [3, -4]
        #expect(try !Clipping.clip(&x, by: .l2(bound: 5)))
        #expect(try !Clipping.clip(&x, by: .l1(bound: 7)))
        #expect(try !Clipping.clip(&x, by: .none))
        #expect(x == [3, -4])
        #expect(try Clipping.clip(&x, by: .l2(bound: 2.5)))
        #expect(x == [1.5, -2])
        #expect(try Clipping.clip(&x, by: .l1(bound: 1.75)))
        #expect(x == [0.75, -1])
    }

    /// Each scaled Float is off by at most half a unit, 2^-24 of itself.
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func theClippedNormMeetsTheBound(seed: UInt64) throws {
        let x = Samples.floats(seed: seed, count: 1000 + Int(seed))
        var first = x
        #expect(try Clipping.clip(&first, by: .l1(bound: 0.1)))
        #expect(abs(Clipping.normL1(first) / 0.1 - 1) < 0x1p-22)
        var second = x
        #expect(try Clipping.clip(&second, by: .l2(bound: 0.1)))
        #expect(abs(Clipping.normL2(second) / 0.1 - 1) < 0x1p-22)
    }

    @Test func hugeValuesDoNotOverflowTheNorm() throws {
        var x = [Float](repeating: .greatestFiniteMagnitude, count: 100)
        #expect(Clipping.normL2(x).isFinite)
        #expect(try Clipping.clip(&x, by: .l2(bound: 1)))
        #expect(abs(Clipping.normL2(x) - 1) < 1e-6)
    }

    @Test(arguments: [0, 16, 30], [Float.nan, .infinity])
    func valuesThatAreNotFiniteAreRefused(index: Int, value: Float) {
        var x = [Float](repeating: 1, count: 31)
        x[index] = value
        for rule in [ClipRule.none, .l1(bound: 1), .l2(bound: 1)] {
            #expect(throws: QuantizationError.notFinite) { try Clipping.clip(&x, by: rule) }
        }
        #expect(!FlatVector.isFinite(x))
    }

    @Test(arguments: [0, -1, .nan, .infinity] as [Double])
    func boundsThatAreNoBoundsAreRefused(bound: Double) {
        #expect(throws: QuantizationError.invalidClip) { try ClipRule.l1(bound: bound).validate() }
        #expect(throws: QuantizationError.invalidClip) { try ClipRule.l2(bound: bound).validate() }
    }

    @Test func vectorsOfUnequalLengthAreRefused() {
        var x: [Float] = [1, 2]
        #expect(throws: QuantizationError.wrongCount(got: 1, expected: 2)) { try FlatVector.add([1], times: 1, to: &x) }
        #expect(throws: QuantizationError.wrongCount(got: 1, expected: 2)) { try FlatVector.difference(x, [1]) }
    }
}
