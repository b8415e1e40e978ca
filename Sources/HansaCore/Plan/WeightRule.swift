/// How much a client's update counts.
///
/// Weights are integers, so that weighted sums stay exact.
public enum WeightRule: Hashable, Sendable {
    /// Every update counts 1.
    case uniform
    /// An update counts min(samples, `cap`), multiplied in by the coordinator. The cap bounds what a lie can move.
    case samples(cap: UInt32)
    /// The client multiplies its update by min(samples, `cap`)/`cap` before it clips, and the coordinator adds
    /// unweighted: the sample count never leaves the device (PRIVACY.md §4).
    case samplesOnClient(cap: UInt32)

    /// The largest weight the coordinator multiplies with.
    public var weightMax: Int64 {
        switch self {
        case .uniform, .samplesOnClient: 1
        case .samples(let cap): Int64(cap)
        }
    }

    /// The coordinator's weight for a declared sample count; nil for a count that may not be declared.
    public func coordinatorWeight(declaredSampleCount: UInt32) -> Int64? {
        switch self {
        case .uniform, .samplesOnClient: declaredSampleCount == 0 ? 1 : nil
        case .samples(let cap): declaredSampleCount == 0 ? nil : Int64(min(declaredSampleCount, cap))
        }
    }

    /// What the client declares: 0 where the count must not leave the device, else the capped count.
    public func declaredSampleCount(of sampleCount: Int) -> UInt32 {
        switch self {
        case .uniform, .samplesOnClient: 0
        case .samples(let cap): UInt32(clamping: min(Int64(sampleCount), Int64(cap)))
        }
    }

    /// The factor that the client applies to its update before it clips.
    public func clientFactor(sampleCount: Int) -> Double {
        switch self {
        case .uniform, .samples: 1
        case .samplesOnClient(let cap): Double(min(Int64(sampleCount), Int64(cap))) / Double(cap)
        }
    }

    /// Whether the cap is at least 1.
    public var isValid: Bool {
        switch self {
        case .uniform: true
        case .samples(let cap), .samplesOnClient(let cap): cap >= 1
        }
    }
}
