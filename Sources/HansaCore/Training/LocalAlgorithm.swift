/// What a client makes of the round's model with its data, beyond the steps that `LocalWork` describes.
///
/// The coordinator's strategy chooses it, the plan carries it (format 3), and `LocalRound` of `HansaClient` follows it
/// with any trainer that gives gradients.
public enum LocalAlgorithm: Hashable, Sendable {
    /// Mini-batch descent from the received model; the update is local − received.
    case descent
    #if !hasFeature(Embedded)
    /// One gradient at the received model, which is the update: FedAMD's anchor.
    ///
    /// - Parameters:
    ///   - exampleCountMax: the most examples of the batch, drawn without replacement; 0 means all.
    ///   - isDifference: whether the client keeps the integers that it sent and sends the difference to them.
    /// - seealso: Wu et al. 2023 (arXiv:2206.05891), the bullseye.
    case gradient(exampleCountMax: UInt32, isDifference: Bool)
    /// Steps along a gradient estimate that begins as the companion vector and is moved by the difference of two
    /// gradients on one batch: FedAMD's miner. The number of steps is `LocalWork.stepCountMax`.
    case recursiveGradient
    /// Steps whose gradients are corrected by the companion vector c and the client's own c_i, which it keeps: SCAFFOLD
    /// with its option II. The number of steps is `LocalWork.stepCountMax`.
    /// - seealso: Algorithm 1 of Karimireddy et al. 2020 (arXiv:1910.06378).
    case controlVariates
    /// Descent whose experts start from the received model plus what the last average washed out: FC-MoE.
    case retention(ExpertRetention)
    /// Descent in which the schema's `local` blocks are the client's own, which it keeps: FedPer.
    /// - seealso: Arivazhagan et al. 2019 (arXiv:1912.00818).
    case personalBlocks
    /// Descent, and beside it a model of the client's own that is trained with a pull towards the received one: Ditto.
    ///
    /// - Parameter proximal: λ, finite and at least 0.
    /// - seealso: Algorithm 1 of Li et al. 2021 (arXiv:2012.04221).
    case personalModel(proximal: Float)
    /// L1-clipped steps, noise and quantization as AQ-DP's released code has them; the update is the model itself, in
    /// ``InsecureScaledPayload``'s bytes.
    case insecureScaled(InsecureScaledForm)
    #endif
}

#if !hasFeature(Embedded)
extension LocalAlgorithm {
    /// Whether a client must remember something between its rounds.
    public enum Memory: Sendable {
        /// Nothing.
        case none
        /// A client that has lost it starts anew.
        case optional
        /// A client that has lost what the coordinator counts on cannot take part.
        case required
    }

    /// What the client remembers between its rounds.
    public var memory: Memory {
        switch self {
        case .descent, .recursiveGradient, .gradient(_, isDifference: false), .insecureScaled: .none
        case .gradient(_, isDifference: true), .controlVariates: .required
        case .retention, .personalBlocks, .personalModel: .optional
        }
    }

    /// Whether a second vector as long as the model travels behind it.
    public var hasCompanion: Bool {
        switch self {
        case .recursiveGradient, .controlVariates: true
        case .retention(let retention): retention.kind == .projected
        default: false
        }
    }

    /// Whether it is computed from gradients at chosen points, which not every trainer gives.
    public var needsGradients: Bool {
        switch self {
        case .gradient, .recursiveGradient, .controlVariates, .insecureScaled: true
        default: false
        }
    }

    /// Whether the update is no difference to the received model.
    public var sendsGradient: Bool {
        if case .gradient = self { true } else { false }
    }

    /// Whether every number is in its range.
    public var isValid: Bool {
        switch self {
        case .retention(let retention): retention.isValid
        case .personalModel(let proximal): proximal.isFinite && proximal >= 0
        case .insecureScaled(let form): form.isValid
        default: true
        }
    }

    /// What a client must be able to do for it.
    public var requiredCapabilities: Capabilities {
        var required: Capabilities = []
        if needsGradients { required.insert(.gradients) }
        if memory != .none { required.insert(.memory) }
        if hasCompanion { required.insert(.companions) }
        if case .insecureScaled = self { required.insert(.insecureForms) }
        return required
    }
}
#endif
