/// What a client may send back beside its update.
///
/// Everything else stays on the device (PROMISES.md D4).
public struct ReturnedFields: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The capped sample count, as the weight.
    public static let sampleCount = Self(rawValue: 1)
    /// The mean training loss.
    public static let trainingLoss = Self(rawValue: 2)

    /// How many tokens each expert of the model learned from; never under noise.
    public static let expertLoads = Self(rawValue: 4)

    /// Every field this version knows.
    #if hasFeature(Embedded)
    public static let known: Self = [.sampleCount, .trainingLoss]
    #else
    public static let known: Self = [.sampleCount, .trainingLoss, .expertLoads]
    #endif
}
