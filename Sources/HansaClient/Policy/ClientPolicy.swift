public import HansaCore
public import HansaNumerics
import HansaQuantization

/// What a device's owner allows a coordinator to ask for.
///
/// The device does not trust the coordinator (PRIVACY.md): a plan outside the policy is refused before the model is
/// fetched, and nothing about the data has been touched by then. The agent asks; a limit that is nil is none.
public struct ClientPolicy: Hashable, Sendable {
    /// What rounds may be for.
    public var jobKinds: [JobKind] = [.training]
    /// What this client may be in a round.
    public var roles: [ClientRole] = [.trainer, .anchor, .miner, .smallTrainer]
    /// What may be sent back beside the update.
    public var returnedFields: ReturnedFields = .known
    /// The most passes over the data a round.
    public var epochCountMax: UInt32?
    /// The most gradient steps a round; a plan without a bound of its own is refused where this is given.
    public var stepCountMax: UInt32?
    /// The most examples a batch; a plan of full batches is refused where this is given.
    public var batchSizeMax: UInt32?
    /// The most updates that may ever leave this device for the run.
    public var roundCountMax: UInt32?
    /// The most bytes of an update's payload.
    public var updateByteCountMax: UInt64?
    /// The most bytes of a model.
    public var modelByteCountMax: UInt64?
    /// The widths that the update's integers may have, in bits.
    public var widths: ClosedRange<Int> = 2...32
    /// Whether an update without a norm bound is refused.
    public var requiresClip = false
    /// Whether an update may leave without noise that counts.
    ///
    /// That is without any, or with noise that only the coordinator adds while it is not trusted. A bound on ε, or on the noise, refuses such an update whatever is said here.
    public var acceptsNoNoise = true
    /// Who may add the noise, by `HansaPrivacy.NoisePlacement.number`.
    public var placements: [UInt8] = PolicyNames.placements.map { $0.value }
    /// Whether the coordinator is trusted to look at sums of whole cohorts alone and to add the noise it promises.
    ///
    /// Without that, the share that the client itself adds is judged and charged, and central noise counts as none; with
    /// it, the noise of the whole sum is, and the charge says that it covers readers of the model only.
    public var trustsSums = false
    /// Whether noise from a seed may leave; whoever knows the seed subtracts it, so it protects nothing.
    public var acceptsSeededNoise = false
    #if !hasFeature(Embedded)
    /// Whether plans of a paper whose privacy claim does not hold may be followed.
    public var acceptsInsecureForms = false
    #endif
    /// The least noise, as a noise multiplier.
    ///
    /// It is the noise's standard deviation over the sensitivity in the norm that the mechanism is for: L1 for Laplace, L2
    /// for the others. The sensitivity is that of replacing one client's
    /// contribution, 2 · clip: half of what a multiplier over the clip bound would be.
    public var noiseMultiplierMin: Double?
    /// The most ε, at ``delta``, that one update may cost.
    public var epsilonPerRoundMax: Double?
    /// The most ε, at ``delta``, that all updates of this device may cost, whatever run they are for.
    public var epsilonMax: Double?
    /// How many gaps of the ledger (``DeviceSpending/gapCount``) the owner knows of and leaves out of ``epsilonMax``.
    ///
    /// With more of them than that, nobody knows what was spent, and ``epsilonMax`` refuses every plan.
    public var gapCountMax: UInt64 = 0
    /// The δ at which ε is judged.
    public var delta = deltaDefault

    /// δ where nothing is said: below 1/clients for up to a million clients.
    public static let deltaDefault = 1e-6

    /// The largest δ: an (ε, δ) mechanism may tell each client's contribution outright with probability δ, so that of a
    /// thousand clients one is exposed, whatever ε is.
    public static let deltaMax = 1e-3

    /// Everything that this version can be asked for, but noise from a seed.
    public static let standard = ClientPolicy()

    public init() {}

    /// Judges a plan.
    ///
    /// - Parameters:
    ///   - plan: what the coordinator asks.
    ///   - schema: the model's blocks; without them the limits on bytes are not judged.
    ///   - roundsAnswered: how many updates have left this device.
    ///   - spending: what they cost.
    public func judge(
        _ plan: RoundPlan,
        schema: ParameterSchema?,
        roundsAnswered: UInt32,
        spending: DeviceSpending = DeviceSpending()
    ) -> PolicyVerdict {
        if let refusal = refusalOfKind(plan) { return refusal }
        if let refusal = refusalOfWork(plan.work) { return refusal }
        #if !hasFeature(Embedded)
        if plan.insecureForm != nil, !acceptsInsecureForms {
            return Self.refused(
                rule: "accept-insecure",
                got: "training whose widths, scales and noise tell of the data",
                allowed: "plans whose claims hold"
            )
        }
        #endif
        if let max = roundCountMax, roundsAnswered >= max {
            return Self.refused(rule: "max-rounds", got: "a round after \(roundsAnswered) answered", allowed: "\(max)")
        }
        for section in plan.up {
            guard case .packed(_, let width) = section.encoding, !widths.contains(width.bits) else { continue }
            let rule = width.bits < widths.lowerBound ? "min-width" : "max-width"
            let allowed: PlainText = "\(widths.lowerBound) to \(widths.upperBound) bits"
            return Self.refused(rule: rule, got: "an update of \(width.bits) bits", allowed: allowed)
        }
        if requiresClip, plan.clip == .none {
            return Self.refused(rule: "require-clip", got: "an update without a norm bound", allowed: "clipped updates")
        }
        if let refusal = refusalOfPrivacy(plan, schema: schema, spending: spending) { return refusal }
        return schema.flatMap { refusalOfBytes(plan, schema: $0) } ?? .allowed
    }

    @inline(never)
    static func refused(rule: String, got: PlainText, allowed: PlainText) -> PolicyVerdict {
        .refused(rule: rule, got: got.string, allowed: allowed.string)
    }

    private func refusalOfKind(_ plan: RoundPlan) -> PolicyVerdict? {
        guard jobKinds.contains(plan.jobKind) else {
            return Self.refused(
                rule: "job-kinds",
                got: "\(PolicyNames.name(plan.jobKind))",
                allowed: "\(PolicyNames.list(jobKinds))"
            )
        }
        guard roles.contains(plan.role) else {
            return Self.refused(
                rule: "roles",
                got: "\(PolicyNames.name(plan.role))",
                allowed: "\(PolicyNames.list(roles))"
            )
        }
        // The sample count leaves as the weight wherever the weight rule says so, whether or not it is listed as a field.
        var fields = plan.returnedFields
        if case .samples = plan.weighting { fields.insert(.sampleCount) }
        guard returnedFields.isSuperset(of: fields) else {
            return Self.refused(
                rule: "return-fields",
                got: "\(PolicyNames.list(fields))",
                allowed: "\(PolicyNames.list(returnedFields))"
            )
        }
        return nil
    }

    private func refusalOfWork(_ work: LocalWork) -> PolicyVerdict? {
        if let max = epochCountMax, work.epochs > max {
            return Self.refused(rule: "max-epochs", got: "\(work.epochs) epochs", allowed: "\(max)")
        }
        if let max = stepCountMax, work.stepCountMax == 0 || work.stepCountMax > max {
            let got: PlainText = work.stepCountMax == 0 ? "no bound on steps" : "\(work.stepCountMax) steps"
            return Self.refused(rule: "max-steps", got: got, allowed: "\(max)")
        }
        if let max = batchSizeMax, work.batchSize == 0 || work.batchSize > max {
            let got: PlainText = work.batchSize == 0 ? "all examples in one batch" : "batches of \(work.batchSize)"
            return Self.refused(rule: "max-batch", got: got, allowed: "\(max)")
        }
        return nil
    }

    private func refusalOfBytes(_ plan: RoundPlan, schema: ParameterSchema) -> PolicyVerdict? {
        guard updateByteCountMax != nil || modelByteCountMax != nil else { return nil }
        // The plan came over the wire: its sections may name blocks that the schema does not have.
        for section in plan.up + plan.down
        where section.blocks.lowerBound < 0 || section.blocks.upperBound > schema.blocks.count {
            return Self.refused(
                rule: "max-update-bytes",
                got: "sections that do not fit the model",
                allowed: "a fitting plan"
            )
        }
        let update = UInt64(plan.updateByteCount(schema: schema))
        if let max = updateByteCountMax, update > max {
            return Self.refused(rule: "max-update-bytes", got: "\(update) bytes", allowed: "\(max)")
        }
        let model = UInt64(plan.modelByteCount(schema: schema))
        if let max = modelByteCountMax, model > max {
            return Self.refused(rule: "max-model-bytes", got: "\(model) bytes", allowed: "\(max)")
        }
        return nil
    }
}
