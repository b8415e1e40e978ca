import HansaCore
import HansaNumerics
import Testing

/// Format 2 of the plan: local work beyond plain SGD.
@Suite("Plans of format 2") struct RoundPlanWorkOptionsTests {
    static let moments = AdamMoments(beta1: 0.5, beta2: 0.75, epsilon: 0.0625)

    /// The golden plan of format 1 with AdamW, a bound on the gradient of 1.5 and a proximal term of 0.25.
    static func plan(_ change: (inout LocalWork) -> Void = { _ in }) throws -> RoundPlan {
        var plan = try PlanFixtures.golden()
        plan.work.momentum = 0
        plan.work.optimizer = .adamW(moments)
        plan.work.gradientNormMax = 1.5
        plan.work.proximal = 0.25
        change(&plan.work)
        return plan
    }

    /// What stands behind the fields of format 1's work, one field a line, little-endian.
    static let options = [
        "02",  // the optimizer: AdamW
        "0000003f", "0000403f", "0000803d",  // its constants
        "0000c03f",  // the most norm 1.5
        "0000803e",  // the proximal term 0.25
        "00",  // no correction
    ]

    /// Where they begin: behind the steps' bound.
    static var place: Int {
        var count = 0
        for (field, bytes) in RoundPlanBytesTests.goldenFields {
            count += bytes.utf8.count / 2
            if field == "step count max" { break }
        }
        return count
    }

    @Test func itsBytesAreThoseOfFormat1WithTheOptionsInBetween() throws {
        var expected = try Self.plan { work in
            work.optimizer = .sgd
            work.gradientNormMax = 0
            work.proximal = 0
        }.canonicalBytes
        #expect(expected[0] == 1)
        expected[0] = 2
        expected.insert(contentsOf: Self.options.flatMap { Hexadecimal.bytes($0) }, at: Self.place)
        let plan = try Self.plan()
        #expect(plan.formatVersion == 2)
        #expect(plan.canonicalBytes == expected)
        #expect(try RoundPlan(canonicalBytes: expected) == plan)
    }

    @Test func whatFormat1CanSayIsRefusedInFormat2() throws {
        var bytes = try PlanFixtures.golden().canonicalBytes
        bytes[0] = 2
        bytes.insert(contentsOf: [UInt8](repeating: 0, count: 10), at: Self.place)
        #expect(throws: PlanError.malformed) { try RoundPlan(canonicalBytes: bytes) }
        // The smallest change makes it a plan of format 2.
        bytes[Self.place + 1] = 1
        #expect(try RoundPlan(canonicalBytes: bytes).canonicalBytes == bytes)
    }

    @Test func unknownOptimizersCorrectionsAndFormatsAreRefused() throws {
        let bytes = try Self.plan().canonicalBytes
        let correction = Self.place + Self.options.joined().utf8.count / 2 - 1
        for (index, value) in [(Self.place, 3), (Self.place, 255), (correction, 1), (0, 0), (0, 3)] as [(Int, UInt8)] {
            var changed = bytes
            changed[index] = value
            #expect(throws: PlanError.malformed) { try RoundPlan(canonicalBytes: changed) }
        }
    }

    @Test func noPrefixIsAPlan() throws {
        let bytes = try Self.plan().canonicalBytes
        for count in bytes.indices {
            #expect(throws: PlanError.malformed) { try RoundPlan(canonicalBytes: Array(bytes[..<count])) }
        }
    }

    @Test func everyFlippedBitIsRefusedOrAnotherPlan() throws {
        let plan = try Self.plan()
        let bytes = plan.canonicalBytes
        for bit in 0..<8 * bytes.count {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            guard let other = try? RoundPlan(canonicalBytes: flipped) else { continue }
            #expect(other.canonicalBytes == flipped && other.digest != plan.digest, "bit \(bit)")
        }
    }

    @Test func theDigestDependsOnEveryOption() throws {
        let changes: [(inout LocalWork) -> Void] = [
            { _ in }, { $0.optimizer = .sgd }, { $0.optimizer = .adam(Self.moments) },
            { $0.optimizer = .adamW(AdamMoments(beta1: 0.25, beta2: 0.75, epsilon: 0.0625)) },
            { $0.optimizer = .adamW(AdamMoments(beta1: 0.5, beta2: 0.5, epsilon: 0.0625)) },
            { $0.optimizer = .adamW(AdamMoments(beta1: 0.5, beta2: 0.75, epsilon: 0.125)) },
            { $0.gradientNormMax = 1 }, { $0.gradientNormMax = 0 }, { $0.proximal = 0.5 }, { $0.proximal = 0 },
        ]
        var digests: Set<SHA256Digest> = []
        for change in changes {
            let plan = try Self.plan(change)
            #expect(digests.insert(plan.digest).inserted)
            #expect(try RoundPlan(canonicalBytes: plan.canonicalBytes) == plan)
        }
    }

    @Test func optionsOutOfRangeAreRefused() throws {
        let changes: [(inout LocalWork) -> Void] = [
            { $0.gradientNormMax = -1 }, { $0.gradientNormMax = .nan }, { $0.gradientNormMax = .infinity },
            { $0.proximal = -1 }, { $0.proximal = .nan }, { $0.proximal = .infinity },
            { $0.momentum = 0.5 },
            { $0.optimizer = .adam(AdamMoments(beta1: 1)) }, { $0.optimizer = .adam(AdamMoments(beta1: -0.5)) },
            { $0.optimizer = .adamW(AdamMoments(beta2: 1)) }, { $0.optimizer = .adamW(AdamMoments(beta2: .nan)) },
            { $0.optimizer = .adam(AdamMoments(epsilon: 0)) }, { $0.optimizer = .adam(AdamMoments(epsilon: .nan)) },
            { $0.optimizer = .adam(AdamMoments(epsilon: .infinity)) },
        ]
        #expect(try Self.plan().work.isValid)
        for change in changes { #expect(try !Self.plan(change).work.isValid) }
    }

    @Test func aPlanMustAskForTheCapabilitiesThatItsWorkNeeds() throws {
        let schema = try PlanFixtures.schema()
        var plan = try PlanFixtures.plan()
        plan.work.momentum = 0
        plan.work.optimizer = .adam(AdamMoments())
        plan.work.proximal = 1
        for capabilities in [[], [.adaptiveSteps], [.boundedSteps]] as [Capabilities] {
            plan.requiredCapabilities = capabilities
            #expect(throws: PlanError.unknownCapability) { try plan.validate(schema: schema, cohortMax: 2) }
        }
        plan.requiredCapabilities = [.adaptiveSteps, .boundedSteps]
        try plan.validate(schema: schema, cohortMax: 2)
    }

    @Test func requirementsAreReadFromTheBytesAlone() throws {
        var plan = try Self.plan()
        plan.requiredCapabilities = Capabilities(rawValue: 0x8877_6655_4433_2211)
        let found = try #require(RoundPlan.requirements(ofCanonicalBytes: plan.canonicalBytes))
        #expect(found.format == 2 && found.capabilities == plan.requiredCapabilities)
        #expect(RoundPlan.requirements(ofCanonicalBytes: [1]) == nil)
    }
}
