import HansaCore
import HansaNumerics
import HansaPrivacy
import HansaQuantization
import Testing

/// What a plan with noise says, reveals and refuses.
@Suite("A plan with noise")
struct NoisePlanTests {
    static let bits = 16

    /// A clip of 1 on a lattice of step 1/100, with room up to 2^15 − 1.
    static func plan(
        _ mechanism: NoiseMechanism,
        placement: NoisePlacement = .local,
        source: NoiseSource = .seeded,
        clip: ClipRule? = nil,
        step: Double = 0.001
    ) throws -> RoundPlan {
        var plan = try PlanFixtures.plan(
            up: [0..<2, 3..<4].map { try PlanFixtures.section($0, step: step, bits: bits) }
        )
        plan.noise = .added(Noise(mechanism: mechanism, placement: placement, source: source))
        if let clip {
            plan.clip = clip
        } else if case .discreteLaplace = mechanism {
            plan.clip = .l1(bound: 1)
        } else {
            plan.clip = .l2(bound: 1)
        }
        plan.requiredCapabilities = [.packedIntegers, .integerNormBounds, .exactNoise]
        return plan
    }

    static func mechanisms() throws -> [NoiseMechanism] {
        [
            .discreteLaplace(scale: try Ratio(200)), .discreteGaussian(variance: try Ratio(90_000)),
            .skellam(variance: try Ratio(180_001, 2)),
        ]
    }

    @Test("has one byte form, which reads back")
    func bytes() throws {
        let placements: [NoisePlacement] = [.local, .distributed(cohortMin: 12), .central]
        for mechanism in try Self.mechanisms() {
            for placement in placements {
                for source in [NoiseSource.system, .seeded] {
                    let plan = try Self.plan(mechanism, placement: placement, source: source)
                    #expect(try RoundPlan(canonicalBytes: plan.canonicalBytes) == plan)
                }
            }
        }
        let plan = try Self.plan(.skellam(variance: try Ratio(7, 3)), placement: .distributed(cohortMin: 2))
        // Mechanism 3, distributed, 2 clients, seeded, 7/3, behind the 104 bytes that stand before the noise.
        let expected: [UInt8] = [3, 2, 2, 0, 0, 0, 2, 7, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]
        let bytes = plan.canonicalBytes
        let start = try #require(bytes.indices.first { Array(bytes[$0...].prefix(expected.count)) == expected })
        for (place, value) in [(0, 4), (1, 4), (1, 0), (2, 0), (6, 0), (6, 3), (7, 0), (15, 0)] as [(Int, UInt8)] {
            var wrong = bytes
            wrong[start + place] = value
            #expect(throws: PlanError.malformed, "byte \(place) as \(value)") { try RoundPlan(canonicalBytes: wrong) }
        }
    }

    @Test("says what a client's bytes reveal, and what the sum does")
    func events() throws {
        let schema = try PlanFixtures.schema()
        let laplace = try Self.plan(.discreteLaplace(scale: try Ratio(200)))
        let event = try #require(try laplace.clientEvent(schema: schema))
        // ⌊1 / 0.001⌋ twice, because one client's vector is replaced by another.
        #expect(event.sensitivityL1 == 2000 && event.sensitivityL2Squared == 4_000_000)
        #expect(event.dimension == 621 && event.source == .seeded)
        #expect(try laplace.releaseEvent(schema: schema) == nil)

        let share = try Self.plan(.skellam(variance: try Ratio(120_000)), placement: .distributed(cohortMin: 12))
        let own = try #require(try share.clientEvent(schema: schema))
        let sum = try #require(try share.releaseEvent(schema: schema))
        #expect(own.mechanism == .skellam(variance: try Ratio(120_000, 12)))
        #expect(sum.mechanism == .skellam(variance: try Ratio(120_000)))
        let bound = try ConditionalRounding(count: 621, clip: 1, step: 0.001).boundSquared
        #expect(own.sensitivityL2Squared == 4 * bound)
        #expect(Double(own.sensitivityL1) >= (621 * 4 * Double(bound)).squareRoot())
        #expect(own.sensitivityL1 <= 2 * bound)

        let central = try Self.plan(.discreteGaussian(variance: try Ratio(90_000)), placement: .central)
        #expect(try central.clientEvent(schema: schema) == nil)
        #expect(try central.releaseEvent(schema: schema)?.sensitivityL2Squared == 4 * bound)
    }

    @Test("is refused where its promise would not hold")
    func refusals() throws {
        let schema = try PlanFixtures.schema()
        func refusal(_ change: (inout RoundPlan) throws -> Void, of mechanism: NoiseMechanism? = nil) throws
            -> PlanError?
        {
            var plan = try Self.plan(try mechanism ?? .discreteLaplace(scale: try Ratio(200)))
            try change(&plan)
            do throws(PlanError) {
                try plan.validate(schema: schema, cohortMax: 10)
                return nil
            } catch {
                return error
            }
        }
        #expect(try refusal { _ in } == nil)
        #expect(try refusal { $0.clip = .none } == .noiseNeedsClip)
        #expect(try refusal { $0.clip = .l2(bound: 1) } == .noiseDoesNotFitClip)
        #expect(try refusal { $0.weighting = .samples(cap: 3) } == .noiseNeedsClientWeights)
        #expect(try refusal { $0.returnedFields = .trainingLoss } == .noiseNeedsNoFields)
        #expect(try refusal { $0.requiredCapabilities = [.packedIntegers] } == .unknownCapability)
        #expect(
            try refusal {
                $0.noise = .added(
                    Noise(mechanism: .discreteLaplace(scale: try Ratio(1)), placement: .distributed(cohortMin: 2))
                )
            } == .sharesDoNotAddUp
        )
        // ln(2 · 621 / 10^-3) is 14.03, so the tail of scale 3000 ends at 42,098 of 32,767.
        #expect(
            try refusal {
                $0.noise = .added(Noise(mechanism: .discreteLaplace(scale: try Ratio(3000)), placement: .local))
            } == .noiseDoesNotFitLattice
        )
        // Central noise is added to sums, which have room.
        #expect(
            try refusal {
                $0.noise = .added(Noise(mechanism: .discreteLaplace(scale: try Ratio(3000)), placement: .central))
            } == nil
        )
    }

    @Test("has another key for every payload")
    func keys() throws {
        let plan = try Self.plan(.discreteLaplace(scale: try Ratio(200)))
        let root = NoiseKey.insecureRoot(seed: 1)
        var seen: Set<[UInt8]> = []
        for run in [RunID(high: 1, low: 2), RunID(high: 1, low: 3)] {
            for round: UInt32 in 1...3 {
                for attempt: UInt32 in 0...2 {
                    for client: UInt32 in 0...3 {
                        for fence: UInt32 in 0...1 {
                            let id = AssignmentID(
                                round: round,
                                attempt: attempt,
                                client: ClientID(client),
                                fence: fence
                            )
                            for kind: UInt8 in 0...1 {
                                for purpose in [NoiseKey.Purpose.client, .coordinator] {
                                    for digest in [plan.digest, SHA256Digest(hashing: [])] {
                                        let key = NoiseKey(
                                            root: root,
                                            run: run,
                                            assignment: id,
                                            planDigest: digest,
                                            payloadKind: kind,
                                            purpose: purpose
                                        )
                                        #expect(seen.insert(key.bytes).inserted)
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        // A retrained update, a restart and a fork draw a new root.
        let id = AssignmentID(round: 1, attempt: 0, client: ClientID(0), fence: 0)
        let system = try Self.plan(.discreteLaplace(scale: try Ratio(200)), source: .system)
        for _ in 0..<100 {
            let key = try #require(try NoiseKey.client(id, plan: system, seed: 1))
            #expect(seen.insert(key.bytes).inserted)
        }
        #expect(throws: PrivacyError.noRandomness) { try NoiseKey.client(id, plan: plan, seed: nil) }
        let central = try Self.plan(.discreteGaussian(variance: try Ratio(1)), placement: .central)
        #expect(try NoiseKey.client(id, plan: central, seed: 1) == nil)
    }
}
