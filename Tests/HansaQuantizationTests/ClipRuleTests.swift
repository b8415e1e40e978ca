import HansaQuantization
import Testing

@Suite struct ClipRuleTests {
    @Test(arguments: [0, -1, .nan, .infinity] as [Double])
    func boundsThatAreNoBoundsAreRefused(bound: Double) {
        #expect(throws: QuantizationError.invalidClip) { try ClipRule.l1(bound: bound).validate() }
        #expect(throws: QuantizationError.invalidClip) { try ClipRule.l2(bound: bound).validate() }
    }

    @Test func vectorsOfUnequalLengthAreRefused() {
        #expect(throws: QuantizationError.wrongCount(got: 1, expected: 2)) { try FlatVector.difference([1, 2], [1]) }
    }
}
