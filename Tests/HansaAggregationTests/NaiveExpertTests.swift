import HansaAggregation
import HansaNumerics
import HansaTesting
import Testing

/// The invariants of ALGORITHMS §4.4, of the reference that the fast path is compared with.
@Suite("FC-MoE, in plain loops")
struct NaiveExpertTests {
    typealias Member = NaiveExpert.Member

    /// The rules under which the aggregate is known in closed form.
    static let collinear = MixtureRules(importance: .samples, consensus: .raw, aggregation: .importance)

    /// Three to nine clients of which some do not take part, with updates of 1 to 40 parameters.
    static func members(_ seed: UInt64, agreeing: Bool = false) -> [Member] {
        var stream = RandomStream(seed: seed, purpose: .partition)
        let count = 3 + Int(stream.next(below: 7))
        let length = 1 + Int(stream.next(below: 40))
        return (0..<count).map { _ in
            let tokens = Double(stream.next(below: 50))
            let update = (0..<length).map { _ in agreeing ? stream.nextDouble() + 0.01 : 2 * stream.nextDouble() - 1 }
            return Member(
                update: update,
                tokens: tokens,
                layerTokens: tokens + Double(stream.next(below: 50)),
                samples: 1 + Double(stream.next(below: 100))
            )
        }
    }

    /// Every combination of the choices, with one cap and margin or another.
    static let allRules: [MixtureRules] = MixtureRules.Importance.allCases.flatMap { importance in
        MixtureRules.Consensus.allCases.flatMap { consensus in
            [MixtureRules.Conflict.consensus, .none].flatMap { conflict in
                MixtureRules.Aggregation.allCases.map { aggregation in
                    MixtureRules(
                        importance: importance,
                        importanceShare: 0.3,
                        normCap: importance == .product ? 1.2 : .infinity,
                        consensus: consensus,
                        conflict: conflict,
                        margin: importance == .tokens ? 0.1 : 0,
                        aggregation: aggregation
                    )
                }
            }
        }
    }

    static func isNear(_ left: [Double], _ right: [Double], _ tolerance: Double) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) <= tolerance }
    }

    @Test("gives the worked example to 1e-6")
    func golden() throws {
        let members = [
            Member(update: [1, 0], samples: 5), Member(update: [0, 1], samples: 3),
            Member(update: [-1, -0.5], samples: 2),
        ]
        let same = NaiveExpert(members, rules: Self.collinear)
        #expect(Self.isNear(same.shares, [0.5, 0.3, 0.2], 1e-15))
        #expect(Self.isNear(same.consensus, [0.3, 0.2], 1e-15))
        #expect(Self.isNear(same.projected[2], [-0.0769231, 0.1153846], 1e-6))
        #expect(same.projected[0] == [1, 0] && same.projected[1] == [0, 1])
        #expect(Self.isNear(try #require(same.delta), [0.4846154, 0.3230769], 1e-6))
        #expect(Self.isNear(try #require(same.delta), same.consensus.map { 1.6153846 * $0 }, 1e-6))
        var even = Self.collinear
        even.aggregation = .samples
        let uniform = members.map { Member(update: $0.update, tokens: $0.samples) }
        even.importance = .tokens
        let other = NaiveExpert(uniform, rules: even)
        #expect(Self.isNear(try #require(other.delta), [0.3076923, 0.3717949], 1e-6))
    }

    @Test("with raw consensus and one set of weights only lengthens the mean", arguments: 0..<256 as Range<UInt64>)
    func collinearity(seed: UInt64) throws {
        let result = NaiveExpert(Self.members(seed), rules: Self.collinear)
        guard let delta = result.delta else { return }
        let square = NaiveExpert.dot(result.consensus, result.consensus)
        let taking = result.participants.map { Self.members(seed)[$0].update }
        let inner = taking.map { NaiveExpert.dot($0, result.consensus) }
        let factor = zip(result.shares, inner).reduce(0) { $0 + $1.0 * max(0, $1.1) } / square
        #expect(factor >= 1 - 1e-12)
        let scale = NaiveExpert.norm(delta)
        #expect(Self.isNear(delta, result.consensus.map { factor * $0 }, 1e-9 * scale))
    }

    @Test("leaves nothing against the consensus and lengthens nothing", arguments: 0..<256 as Range<UInt64>)
    func projections(seed: UInt64) {
        let members = Self.members(seed)
        for rules in Self.allRules where rules.conflict == .consensus && rules.margin == 0 {
            let result = NaiveExpert(members, rules: rules)
            for (index, own) in result.projected.enumerated() {
                let norm = NaiveExpert.norm(members[result.participants[index]].update)
                let bound = -1e-6 * norm * NaiveExpert.norm(result.consensus)
                #expect(NaiveExpert.dot(own, result.consensus) >= bound)
                #expect(NaiveExpert.norm(own) <= norm * (1 + 1e-12))
            }
        }
    }

    @Test("touches no bit where nobody is in conflict", arguments: 0..<256 as Range<UInt64>)
    func agreement(seed: UInt64) {
        let members = Self.members(seed, agreeing: true)
        for rules in Self.allRules {
            let result = NaiveExpert(members, rules: rules)
            guard result.delta != nil else { continue }
            #expect(result.projected == result.participants.map { members[$0].update })
        }
    }

    @Test("scales with the updates, and knows no order of clients", arguments: 0..<256 as Range<UInt64>)
    func scaleAndOrder(seed: UInt64) throws {
        let members = Self.members(seed)
        var stream = RandomStream(seed: seed, purpose: .selection)
        var shuffled = members
        stream.shuffle(&shuffled)
        let scaled = members.map {
            Member(
                update: $0.update.map { 8 * $0 },
                tokens: $0.tokens,
                layerTokens: $0.layerTokens,
                samples: $0.samples
            )
        }
        for rules in Self.allRules {
            let result = NaiveExpert(members, rules: rules)
            guard let delta = result.delta else { continue }
            // A power of two rounds nothing.
            #expect(NaiveExpert(scaled, rules: rules).delta == delta.map { 8 * $0 })
            let permuted = try #require(NaiveExpert(shuffled, rules: rules).delta)
            #expect(Self.isNear(permuted, delta, 1e-9))
        }
    }

    @Test("of a single client is its update, and of none nothing", arguments: 0..<256 as Range<UInt64>)
    func singleAndNone(seed: UInt64) throws {
        var members = Self.members(seed)
        for index in members.indices { members[index].tokens = index == 1 ? 4 : 0 }
        for rules in Self.allRules {
            let result = NaiveExpert(members, rules: rules)
            #expect(result.delta == members[1].update)
            let idle = members.map { Member(update: $0.update, tokens: 0) }
            #expect(NaiveExpert(idle, rules: rules).delta == nil)
        }
    }

    @Test("lets a long update count no more than the cap says")
    func cap() {
        let members = [1.0, 1, 1, 100].map { Member(update: [$0], tokens: 1) }
        let capped = NaiveExpert(members, rules: MixtureRules(normCap: 2))
        #expect(Self.isNear(capped.shares, [0.2, 0.2, 0.2, 0.4], 1e-15))
        let free = NaiveExpert(members, rules: MixtureRules(normCap: .infinity))
        #expect(free.shares[3] > 0.97)
    }

    @Test("finds no conflict in what is no longer than its noise")
    func quiet() {
        let members = [Member(update: [1, 0]), Member(update: [1, 0]), Member(update: [-0.5, 0])]
        let rules = MixtureRules(importance: .uniform, noiseFactor: 2)
        #expect(NaiveExpert(members, rules: rules).projected[2] == [0, 0])
        #expect(NaiveExpert(members, rules: rules, noiseNorm: 0.3).projected[2] == [-0.5, 0])
    }

    @Test("by PCGrad leaves two clients at right angles, and changes the direction")
    func pcgrad() throws {
        let members = [Member(update: [1, 0]), Member(update: [-1, 1])]
        let rules = MixtureRules(importance: .uniform, conflict: .pcgrad)
        let result = NaiveExpert(members, rules: rules, orders: [[1], [0]])
        // ⟨g₁, g₂⟩ = −1: g̃₁ = (1, 0) + ½ (−1, 1), g̃₂ = (−1, 1) + (1, 0).
        #expect(Self.isNear(result.projected[0], [0.5, 0.5], 1e-15))
        #expect(Self.isNear(result.projected[1], [0, 1], 1e-15))
        #expect(Self.isNear(try #require(result.delta), [0.25, 0.75], 1e-15))
    }
}
