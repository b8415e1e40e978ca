/// Where the random bits of the noise come from.
public enum NoiseSource: UInt8, Hashable, Sendable {
    /// A cipher keyed by the operating system, anew for each release.
    case system = 1
    /// A seed, so that a run can be repeated to the bit. Whoever knows the seed subtracts the noise: it gives no privacy.
    case seeded = 2
}
