public import HansaCore
public import HansaNumerics
public import HansaPrivacy
import HansaQuantization

/// A plan made to be audited: noise as large as a claim asks for, and the two neighbouring inputs that need all of it.
///
/// Neighbours are replace-one: one client's contribution becomes any other that keeps the bound. The inputs are the model
/// changed by ±16 clip bounds in the first coordinate. The clip is part of what is audited: it makes them ±K steps with
/// K = 16 for the L1 norm and at least 256 for the L2 norm, so that they differ by 2K, which is the L1 sensitivity of the
/// plan's event. The event's L2 sensitivity is twice the integer bound K₂ of conditional rounding, larger than 2K by less
/// than 1 %: the fine lattice keeps what the audit cannot reach small.
public struct AuditPlan: Hashable, Sendable {
    /// The most coordinates: an audit looks at one, the others cost time.
    public static let dimensionMax = 4096
    private static let step = 0x1p-10
    private static let inputInClips: Float = 16

    public let plan: RoundPlan
    public let schema: ParameterSchema
    /// K: the first coordinate of the inputs, in steps, after the clip.
    public let bound: Int64

    /// - Parameters:
    ///   - claim: ε for discrete Laplace noise, else µ: against readers of the sum where the noise is not local.
    ///   - source: seeded, where the audit is to be repeated.
    public init(
        law: NoiseLaw,
        placement: NoisePlacement,
        claim: Double,
        dimension: Int,
        source: NoiseSource
    ) throws(AuditError) {
        guard claim.isFinite, claim > 0 else { throw .invalidClaim(got: claim) }
        guard (1...Self.dimensionMax).contains(dimension) else {
            throw .invalidDimension(got: dimension, max: Self.dimensionMax)
        }
        // With c = 20 √d, rounding's d/4 + √d/2 is below a thousandth of c².
        let root = Int64(Double(dimension).squareRoot().rounded(.up))
        bound = law == .discreteLaplace ? 16 : max(256, 20 * root)
        let clip = Double(bound) * Self.step
        do throws(PrivacyError) {
            var noise = Noise(mechanism: law.mechanism(try Ratio(1)), placement: placement, source: source)
            let (plan, schema) = try Self.plan(law, clip: clip, dimension: dimension, noise: noise)
            guard let event = try Self.widestEvent(plan, schema: schema) else { throw .invalidSensitivity }
            let parameter =
                law == .discreteLaplace
                ? Double(event.sensitivityL1) / claim : Double(event.sensitivityL2Squared) / (claim * claim)
            noise.mechanism = law.mechanism(try Ratio(atLeast: parameter))
            var noised = plan
            noised.noise = .added(noise)
            self.plan = noised
            self.schema = schema
        } catch {
            throw .noise(error)
        }
        do throws(PlanError) {
            try plan.validate(schema: schema, cohortMax: max(1, cohort))
        } catch {
            throw .plan(error)
        }
    }

    /// How many clients add to one release.
    public var cohort: Int {
        guard case .distributed(let cohortMin) = plan.noise.noise?.placement else { return 1 }
        return Int(cohortMin)
    }

    /// The trained parameters of one of the two inputs; the model is 0.
    public func input(isPlus: Bool) -> [Float] {
        var parameters = [Float](repeating: 0, count: schema.count)
        let change = Self.inputInClips * Float(bound) * Float(Self.step)
        parameters[0] = isPlus ? change : -change
        return parameters
    }

    /// The first integers of a payload of the plan, at most `count`.
    func integers(_ payload: [UInt8], count: Int) throws(QuantizationError) -> ArraySlice<Int32> {
        guard case .packed(_, let width) = plan.up.first?.encoding else { throw .invalidLattice }
        return try PackedLayout.unpack(payload, count: schema.count, width: width).prefix(count)
    }

    private static func widestEvent(_ plan: RoundPlan, schema: ParameterSchema) throws(PrivacyError) -> PrivacyEvent? {
        do throws(PlanError) {
            if let event = try plan.releaseEvent(schema: schema) { return event }
            return try plan.clientEvent(schema: schema)
        } catch {
            throw .invalidSensitivity
        }
    }

    private static func plan(
        _ law: NoiseLaw,
        clip: Double,
        dimension: Int,
        noise: Noise
    ) throws(PrivacyError) -> (RoundPlan, ParameterSchema) {
        do {
            let schema = try ParameterSchema([ParameterBlock(name: "audited", shape: [dimension])])
            let width = try BitWidth(24)
            let lattice = try Lattice(step: step, bound: width.magnitudeMax)
            let plan = RoundPlan(
                run: RunID(high: 0, low: 0),
                round: 1,
                attempt: 0,
                model: SHA256Digest(schema: schema, parameters: [Float](repeating: 0, count: dimension)),
                modelVersion: 0,
                work: LocalWork(epochs: 1, batchSize: 0, learningRate: 1, shuffles: false),
                weighting: .uniform,
                clip: law == .discreteLaplace ? .l1(bound: clip) : .l2(bound: clip),
                noise: .added(noise),
                down: [SectionPlan(blocks: 0..<1, encoding: .float32)],
                up: [SectionPlan(blocks: 0..<1, encoding: .packed(lattice, width))],
                deadlineMilliseconds: 1000,
                requiredCapabilities: [.packedIntegers, .integerNormBounds, .exactNoise]
            )
            return (plan, schema)
        } catch {
            throw .invalidParameter
        }
    }
}
