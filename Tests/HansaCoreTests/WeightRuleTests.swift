import HansaCore
import Testing

/// How much an update counts, on both ends.
@Suite struct WeightRuleTests {
    @Test func uniformUpdatesCountOneAndDeclareNothing() {
        let rule = WeightRule.uniform
        #expect(rule.declaredSampleCount(of: 17) == 0)
        #expect(rule.coordinatorWeight(declaredSampleCount: 0) == 1)
        #expect(rule.coordinatorWeight(declaredSampleCount: 1) == nil)
        #expect(rule.clientFactor(sampleCount: 17) == 1)
    }

    @Test func samplesAreCappedOnBothEnds() {
        let rule = WeightRule.samples(cap: 100)
        #expect([1, 99, 100, 101, Int.max].map(rule.declaredSampleCount(of:)) == [1, 99, 100, 100, 100])
        #expect(rule.coordinatorWeight(declaredSampleCount: 0) == nil)
        #expect([1, 100, 101, .max].map(rule.coordinatorWeight(declaredSampleCount:)) == [1, 100, 100, 100])
        #expect(rule.clientFactor(sampleCount: 7) == 1)
        #expect(rule.weightMax == 100)
    }

    @Test func aWeightThatStaysOnTheClientIsNeverDeclared() {
        let rule = WeightRule.samplesOnClient(cap: 8)
        #expect(rule.declaredSampleCount(of: 3) == 0)
        #expect(rule.coordinatorWeight(declaredSampleCount: 3) == nil)
        #expect(rule.coordinatorWeight(declaredSampleCount: 0) == 1)
        #expect([1, 4, 8, 9].map(rule.clientFactor(sampleCount:)) == [0.125, 0.5, 1, 1])
    }

    @Test(arguments: [WeightRule.uniform, .samples(cap: 5), .samplesOnClient(cap: 5), .samples(cap: .max)])
    func whatAClientDeclaresTheCoordinatorTakes(rule: WeightRule) {
        for count in [1, 4, 5, 6, 1 << 40, Int.max] {
            let weight = rule.coordinatorWeight(declaredSampleCount: rule.declaredSampleCount(of: count))
            #expect((weight ?? 0) >= 1 && (weight ?? 0) <= rule.weightMax)
        }
    }
}
