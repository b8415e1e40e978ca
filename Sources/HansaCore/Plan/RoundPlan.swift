public import HansaNumerics
public import HansaQuantization

/// Everything a client must know and do in one round.
///
/// Public: no field depends on anyone's data.
///
/// The coordinator derives it, the client's policy judges it, and both ends compare its ``digest``.
public struct RoundPlan: Hashable, Sendable {
    public var run: RunID
    /// The round, from 1.
    public var round: UInt32
    /// How often the round was started over.
    public var attempt: UInt32
    public var jobKind: JobKind
    /// The phase of a job of several phases, from 0.
    public var phase: UInt32
    public var role: ClientRole
    /// The digest of the model to start from.
    public var model: SHA256Digest
    /// The version of that model, 0 for the initial one.
    public var modelVersion: UInt64
    public var work: LocalWork
    #if hasFeature(Embedded)
    // The thin client reads plans of format 1 only, which cannot ask for more.
    public var algorithm: LocalAlgorithm { .descent }
    public var omitsIdleExperts: Bool { false }
    #else
    /// What is made of the model with the data.
    public var algorithm: LocalAlgorithm = .descent
    /// Whether the sections of experts that learned from no token are left out of the update.
    public var omitsIdleExperts = false
    #endif
    public var weighting: WeightRule
    public var clip: ClipRule
    public var noise: NoisePlan
    /// How the model comes down.
    public var down: [SectionPlan]
    /// How the update goes up.
    public var up: [SectionPlan]
    /// How long the client has, in milliseconds from receipt.
    public var deadlineMilliseconds: UInt32
    public var returnedFields: ReturnedFields
    public var requiredCapabilities: Capabilities

    public init(
        run: RunID,
        round: UInt32,
        attempt: UInt32,
        jobKind: JobKind = .training,
        phase: UInt32 = 0,
        role: ClientRole = .trainer,
        model: SHA256Digest,
        modelVersion: UInt64,
        work: LocalWork,
        weighting: WeightRule,
        clip: ClipRule,
        noise: NoisePlan = .none,
        down: [SectionPlan],
        up: [SectionPlan],
        deadlineMilliseconds: UInt32,
        returnedFields: ReturnedFields = [],
        requiredCapabilities: Capabilities = []
    ) {
        self.run = run
        self.round = round
        self.attempt = attempt
        self.jobKind = jobKind
        self.phase = phase
        self.role = role
        self.model = model
        self.modelVersion = modelVersion
        self.work = work
        self.weighting = weighting
        self.clip = clip
        self.noise = noise
        self.down = down
        self.up = up
        self.deadlineMilliseconds = deadlineMilliseconds
        self.returnedFields = returnedFields
        self.requiredCapabilities = requiredCapabilities
    }

    /// SHA-256 of the canonical bytes.
    public var digest: SHA256Digest { SHA256Digest(hashing: canonicalBytes) }

    /// The byte count of an update that follows this plan, which was validated against the schema; the largest, where
    /// clients choose widths.
    public func updateByteCount(schema: ParameterSchema) -> Int {
        #if !hasFeature(Embedded)
        if let form = insecureForm { return byteCountMax(form, schema: schema) }
        #endif
        return Self.byteCount(of: up, schema: schema)
    }

    /// The byte count of the model as this plan sends it down; the plan was validated against the schema.
    public func modelByteCount(schema: ParameterSchema) -> Int {
        let byteCount = Self.byteCount(of: down, schema: schema)
        #if hasFeature(Embedded)
        return byteCount
        #else
        return byteCount + (algorithm.hasCompanion ? MemoryLayout<Float>.stride * schema.count : 0)
        #endif
    }

    private static func byteCount(of sections: [SectionPlan], schema: ParameterSchema) -> Int {
        var total = 0
        for section in sections {
            total += section.byteCount(parameterCount: schema.parameterRange(ofBlocks: section.blocks).count)
        }
        return total
    }
}
