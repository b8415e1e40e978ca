/// Something a client must be able to do to follow a plan.
///
/// Unknown required capabilities are refused.
public struct Capabilities: OptionSet, Hashable, Sendable {
    public let rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Packed integers of widths 2 to 32.
    public static let packedIntegers = Self(rawValue: 1)
    /// The exact trainer, whose result is the same bits everywhere.
    public static let exactTrainer = Self(rawValue: 2)
    /// The integer norm bounds of PRIVACY.md §2.
    public static let integerNormBounds = Self(rawValue: 4)

    /// Exact integer noise of every mechanism, drawn and charged on the device.
    public static let exactNoise = Self(rawValue: 8)

    /// Local steps whose gradients are bounded in norm or pulled towards the round's model.
    public static let boundedSteps = Self(rawValue: 16)

    /// Local steps by Adam and AdamW.
    public static let adaptiveSteps = Self(rawValue: 32)

    /// Updates from gradients at chosen points: FedAMD's two roles and SCAFFOLD's corrected steps.
    public static let gradients = Self(rawValue: 64)

    /// State that the device keeps from round to round and that moves on with the rounds that counted.
    public static let memory = Self(rawValue: 128)

    /// A second vector behind the model.
    public static let companions = Self(rawValue: 256)

    /// Training and payloads of a paper whose privacy claim does not hold; a device's policy must allow them.
    public static let insecureForms = Self(rawValue: 1 << 16)

    #if hasFeature(Embedded)
    /// What this version can do: as a thin client, nothing that plans of format 1 cannot ask for.
    public static let known: Self = [.packedIntegers, .exactTrainer, .integerNormBounds, .exactNoise]
    #else
    /// What this version can do.
    public static let known: Self = [
        .packedIntegers, .exactTrainer, .integerNormBounds, .exactNoise, .boundedSteps, .adaptiveSteps,
        .gradients, .memory, .companions, .insecureForms,
    ]
    #endif
}
