import HansaAggregation
import HansaCore
import HansaNumerics
import HansaQuantization
import HansaTesting
import Testing

@Suite("FC-MoE's aggregator")
struct MixtureAggregatorTests {
    private static let everyConflict = MixtureRules.Conflict.allCases

    @Test("keeps every law of an aggregator", arguments: [1, 2, 3] as [UInt64])
    func laws(seed: UInt64) throws {
        let plan = try MixtureFixtures.plan()
        let updates = try MixtureFixtures.updates(plan, seed: seed)
        for conflict in Self.everyConflict {
            let found = checkAggregator(updates: updates, shape: try MixtureFixtures.shape(plan), seeds: 0..<6) {
                try MixtureAggregator(shape: $0, rules: MixtureRules(conflict: conflict), participation: .loads)
            }
            #expect(found == [])
        }
    }

    @Test("agrees with plain loops over vectors, whatever the rules", arguments: 0..<256 as Range<UInt64>)
    func naive(seed: UInt64) throws {
        let plan = try MixtureFixtures.plan(bits: 3 + Int(seed % 14))
        let shape = try MixtureFixtures.shape(plan)
        let updates = try MixtureFixtures.updates(plan, seed: seed, count: 2 + Int(seed % 8))
        let all =
            NaiveExpertTests.allRules + [
                MixtureRules(conflict: .pcgrad),
                MixtureRules(conflict: .pcgrad, margin: 0.05, aggregation: .importance),
            ]
        for index in 0..<4 {
            let rules = all[(Int(seed) * 4 + index) % all.count]
            let aggregate = try MixtureFixtures.aggregate(updates, shape, rules, reportsConsensus: true)
            let consensus = try #require(aggregate.parts.first { $0.name == MixtureAggregator.consensusName })
            for (expert, ranges) in MixtureFixtures.experts.enumerated() {
                let expected = MixtureFixtures.naive(updates, shape, rules, expert: expert)
                let got = ranges.flatMap { aggregate.delta[$0].map(Double.init) }
                let delta = expected.delta ?? got.map { _ in 0 }
                let scale = delta.reduce(0) { max($0, abs($1)) }
                #expect(NaiveExpertTests.isNear(got, delta, 1e-6 * scale), "expert \(expert), \(rules)")
                guard expected.delta != nil else { continue }
                let direction = ranges.flatMap { consensus.values[$0].map(Double.init) }
                let longest = expected.consensus.reduce(0) { max($0, abs($1)) }
                #expect(NaiveExpertTests.isNear(direction, expected.consensus, 1e-6 * longest))
            }
        }
    }

    @Test("gives what is shared the bits of the mean, and its routers, too", arguments: 0..<8 as Range<UInt64>)
    func shared(seed: UInt64) throws {
        let plan = try MixtureFixtures.plan()
        let shape = try MixtureFixtures.shape(plan)
        let updates = try MixtureFixtures.updates(plan, seed: seed)
        for denominator in [MeanDenominator.realisedWeight, .constant(17.5)] {
            var mean = try MeanAggregator(shape: shape, denominator: denominator)
            for update in updates { try mean.accumulate(update) }
            let expected = try mean.report()
            let got = try MixtureFixtures.aggregate(updates, shape, MixtureRules(), denominator: denominator)
            for range in MixtureFixtures.shared + [MixtureFixtures.router] {
                #expect(got.deltaBits[range] == expected.deltaBits[range])
            }
            #expect(got.totalWeight == expected.totalWeight && got.updateCount == expected.updateCount)
        }
        let kept = try MixtureFixtures.aggregate(updates, shape, MixtureRules(router: .local))
        #expect(kept.delta[MixtureFixtures.router].allSatisfy { $0 == 0 })
        #expect(kept.delta[0..<6].contains { $0 != 0 })
    }

    @Test("leaves an idle expert alone and gives a single user's its own bits", arguments: 0..<16 as Range<UInt64>)
    func idle(seed: UInt64) throws {
        let plan = try MixtureFixtures.plan()
        let shape = try MixtureFixtures.shape(plan)
        var updates = try MixtureFixtures.updates(plan, seed: seed)
        for index in updates.indices {
            updates[index].expertLoads = [0, index == 4 ? 3 : 0, 1, 1]
        }
        let values = NaiveUpdates(shape: shape, updates: updates).values[4]
        for rules in NaiveExpertTests.allRules + [MixtureRules(conflict: .pcgrad)] {
            let aggregate = try MixtureFixtures.aggregate(updates, shape, rules)
            for range in MixtureFixtures.experts[0] { #expect(aggregate.delta[range].allSatisfy { $0 == 0 }) }
            for range in MixtureFixtures.experts[1] {
                #expect(aggregate.delta[range].elementsEqual(values[range].map { Float($0) }))
            }
        }
    }

    @Test("is the mean by samples over an expert's users where there is no conflict to resolve")
    func agreement() throws {
        let plan = try MixtureFixtures.plan()
        let shape = try MixtureFixtures.shape(plan)
        // Updates of no negative integer never stand against each other.
        let updates = try MixtureFixtures.updates(plan, seed: 5).map { update in
            var update = update
            for section in plan.up {
                guard case .packed(let lattice, let width) = section.encoding else { continue }
                let count = shape.schema.parameterRange(ofBlocks: section.blocks).count
                let start = plan.up.prefix { $0.blocks.lowerBound < section.blocks.lowerBound }.reduce(0) {
                    $0 + $1.byteCount(parameterCount: shape.schema.parameterRange(ofBlocks: $1.blocks).count)
                }
                let bytes = Array(update.payload[start...])
                for index in 0..<count {
                    let q = NaivePacking.read(bytes, at: index, count: count, bits: width.bits)
                    NaivePacking.write(
                        min(abs(q), lattice.bound),
                        to: &update.payload,
                        from: start,
                        at: index,
                        count: count,
                        bits: width.bits
                    )
                }
            }
            return update
        }
        let plain = try MixtureFixtures.aggregate(updates, shape, MixtureRules(conflict: .none))
        for conflict in Self.everyConflict {
            let aggregate = try MixtureFixtures.aggregate(updates, shape, MixtureRules(conflict: conflict))
            #expect(aggregate.deltaBits == plain.deltaBits)
        }
    }

    @Test("takes as users those whose update is not 0 where clients tell no loads, or everyone")
    func participation() throws {
        let plan = try MixtureFixtures.plan()
        let shape = try MixtureFixtures.shape(plan)
        var updates = try MixtureFixtures.updates(plan, seed: 9)
        let told = updates
        // Experts 2 and 3 lie in the third section and the fourth; 0 stands for no change.
        let rules = MixtureRules(importance: .samples)
        for index in updates.indices { updates[index].expertLoads = [] }
        let all = try MixtureFixtures.aggregate(updates, shape, rules, participation: .everyone)
        var used = told
        for index in used.indices { used[index].expertLoads = [1, 1, 1, 1] }
        #expect(all.deltaBits == (try MixtureFixtures.aggregate(used, shape, rules)).deltaBits)
        let changed = try MixtureFixtures.aggregate(updates, shape, rules, participation: .changes)
        #expect(changed.deltaBits == all.deltaBits, "every update changes every expert")
        let fourth = shape.schema.parameterRange(ofBlocks: 7..<9).count
        let byteCount = NaivePacking.byteCount(count: fourth, bits: 8)
        updates[3].payload.replaceSubrange(
            (updates[3].payload.count - byteCount)...,
            with: repeatElement(0, count: byteCount)
        )
        used[3].payload = updates[3].payload
        used[3].expertLoads[3] = 0
        let without = try MixtureFixtures.aggregate(updates, shape, rules, participation: .changes)
        #expect(without.deltaBits == (try MixtureFixtures.aggregate(used, shape, rules)).deltaBits)
    }

    @Test("refuses loads of another number of experts, a model without any, and importance without tokens")
    func refusals() throws {
        let plan = try MixtureFixtures.plan()
        let shape = try MixtureFixtures.shape(plan)
        let updates = try MixtureFixtures.updates(plan, seed: 1)
        var aggregator = try MixtureAggregator(shape: shape, rules: MixtureRules(), participation: .loads)
        for count in [0, 3, 5] {
            var bad = updates[0]
            bad.expertLoads = [UInt32](repeating: 1, count: count)
            #expect(throws: AggregationError.wrongLoadCount(got: count, expected: 4)) { try aggregator.accumulate(bad) }
        }
        #expect(!aggregator.canReport)
        for update in updates { try aggregator.accumulate(update) }
        #expect(try aggregator.report() == MixtureFixtures.aggregate(updates, shape, MixtureRules()))
        var told = try MixtureAggregator(
            shape: shape,
            rules: MixtureRules(importance: .uniform),
            participation: .everyone
        )
        #expect(throws: AggregationError.wrongLoadCount(got: 4, expected: 0)) { try told.accumulate(updates[0]) }
        #expect(throws: AggregationError.self) {
            _ = try MixtureAggregator(shape: shape, rules: MixtureRules(), participation: .everyone)
        }
        let dense = try Fixtures.shape(Fixtures.mixedPlan())
        #expect(throws: AggregationError.self) {
            _ = try MixtureAggregator(shape: dense, rules: MixtureRules(), participation: .loads)
        }
        let other = try MixtureAggregator(shape: shape, rules: MixtureRules(margin: 0.1), participation: .loads)
        #expect(throws: AggregationError.shapeMismatch) { try aggregator.merge(other) }
    }
}
