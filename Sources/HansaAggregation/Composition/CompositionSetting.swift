/// One thing that a configuration says about noise, bounds, weights or rounds, as far as rules of composition look at it.
public enum CompositionSetting: String, CaseIterable, Hashable, Sendable {
    /// Noise of any placement.
    case noise
    case localNoise = "local noise"
    case distributedNoise = "distributed noise"
    case centralNoise = "central noise"
    case laplace = "Laplace noise"
    case gaussian = "Gaussian noise"
    case skellam = "Skellam noise"
    /// The noise follows from the run's seed.
    case seededNoise = "seeded noise"
    /// Local noise whose norm over the whole model is expected to be longer than any update may be.
    case overwhelmingNoise = "noise longer than updates"
    case noClip = "no clip"
    case clipL1 = "an L1 clip"
    case clipL2 = "an L2 clip"
    /// The coordinator multiplies updates with weights.
    case serverWeights = "weights on the server"
    /// Clients multiply their updates with weights before the clip.
    case clientWeights = "weights on the client"
    /// The width of updates changes over the rounds.
    case widthSchedule = "a width schedule"
    /// Clients send their training loss to be shown.
    case reportedLoss = "reported losses"
    /// Fewer than one client in ten takes part in a round.
    case rareParticipation = "rare participation"
    /// A coordinator serves devices, and its operator has not allowed noise from a seed.
    case forbidsSeededNoise = "a coordinator without allow-insecure-seeded-noise"
    /// A coordinator serves devices, and its operator has not allowed strategies that are insecure.
    case forbidsInsecureStrategies = "a coordinator without allow-insecure-strategies"
    /// A coordinator serves devices in production.
    case production = "a coordinator in production"
}
