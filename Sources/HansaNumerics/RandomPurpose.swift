/// What a reproducible random stream is drawn for, so that no two uses share numbers.
public enum RandomPurpose: UInt8, CaseIterable, Sendable {
    /// The initial parameters of a model.
    case initialization = 1
    /// The split of a data set over clients.
    case partition = 2
    /// Which clients take part in a round.
    case selection = 3
    /// The order of a client's samples.
    case shuffling = 4
    /// Stochastic rounding to the lattice.
    case rounding = 5
    /// Seeded noise, which gives no privacy.
    case insecureNoise = 6
    /// Injected faults.
    case faults = 7
    /// The virtual network: delays and order.
    case network = 8
    /// Which selected clients drop out, and the outcome of over-selection.
    case dropout = 9
    /// Masks of dropout layers.
    case dropoutLayer = 10
    /// Data augmentation.
    case augmentation = 11
    /// Roles of a round's clients, such as anchor and miner.
    case roles = 12
    /// The order in which updates are compared with each other.
    case comparison = 13
    /// Which updates of a round are mixed before they are compared.
    case mixing = 14
}
