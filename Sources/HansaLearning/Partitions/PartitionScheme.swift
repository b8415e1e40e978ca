/// A rule by which a data set is split over clients.
///
/// ``partition(of:clientCount:seed:)`` gives the same split for the same data set, scheme, client count and seed, on
/// every machine. Scenario files and `hansa data partition` name schemes.
public enum PartitionScheme: Equatable, Sendable {
    /// Samples dealt at random, in sizes that differ by at most one.
    case iid
    /// Label skew: every class is dealt by one Dirichlet(α) draw over the clients, redrawn until each client has at
    /// least `minimum` samples.
    /// - seealso: Hsu, Qi, Brown 2019 (arXiv:1909.06335); Yurochkin et al. 2019 (arXiv:1905.12022).
    case dirichlet(alpha: Double, minimum: Int = PartitionScheme.minimumDefault)
    /// Label skew as FedML has it: as above, but class by class, clients that hold N/K samples or more by then, of N
    /// samples and K clients, get none of the class.
    /// - seealso: He et al. 2020 (FedML, arXiv:2007.13518); Li, Diao, Chen, He 2022 (arXiv:2102.02079) use the same.
    case balancedDirichlet(alpha: Double, minimum: Int = PartitionScheme.minimumDefault)
    /// Label skew: each client holds `perClient` different classes, and a class is cut evenly among its holders, of whom
    /// each class has as many as every other, or one more.
    case classes(perClient: Int)
    /// Quantity skew as FedProx has it: sizes by log-normal weights of parameter `sigma`, which look like a power law.
    ///
    /// With `classes`, client u holds that many consecutive classes from class u on, `minimum` samples of each and a
    /// share of the rest of each class; without, labels are at random and `minimum` counts all of a client's samples.
    /// - seealso: Li, Sahu, Zaheer, Sanjabi, Talwalkar, Smith 2020 (arXiv:1812.06127), whose MNIST has sigma 2, two
    ///   classes a client and at least five samples of each.
    case powerLaw(sigma: Double, minimum: Int, classes: Int?)
    /// Label skew: samples sorted by label are cut into equal shards, and each client gets `perClient` of them.
    /// - seealso: McMahan et al. 2017 (arXiv:1602.05629), section 3.
    case labelShards(perClient: Int)
    /// Quantity skew: labels at random, sizes of `minimum` and a share of the rest by one Dirichlet(α) draw.
    case quantity(alpha: Double, minimum: Int = PartitionScheme.minimumDefault)
    /// One client for each value of the data set's key, in rising order; with fewer clients, a random choice of values.
    case natural(key: String)
    /// A split stored in a folder as `offsets.u32` and `parts.u32`.
    case file(folder: String)

    /// The usual least number of samples a client has under the skewed schemes.
    public static let minimumDefault = 10

    /// The scheme's name in scenario files and exports.
    public var kind: String {
        switch self {
        case .iid: "iid"
        case .dirichlet: "dirichlet"
        case .balancedDirichlet: "dirichlet-balanced"
        case .classes: "classes"
        case .powerLaw: "power-law"
        case .labelShards: "label-shards"
        case .quantity: "quantity"
        case .natural: "natural"
        case .file: "file"
        }
    }

    /// The scheme's parameters by name, as text.
    public var parameters: [(name: String, value: String)] {
        switch self {
        case .iid: []
        case .dirichlet(let alpha, let minimum), .quantity(let alpha, let minimum),
            .balancedDirichlet(let alpha, let minimum):
            [("alpha", "\(alpha)"), ("minimum", "\(minimum)")]
        case .labelShards(let perClient): [("shards_per_client", "\(perClient)")]
        case .classes(let perClient): [("classes_per_client", "\(perClient)")]
        case .powerLaw(let sigma, let minimum, let classes):
            [("sigma", "\(sigma)"), ("minimum", "\(minimum)")]
                + (classes.map { [("classes_per_client", "\($0)")] } ?? [])
        case .natural(let key): [("key", key)]
        case .file(let folder): [("folder", folder)]
        }
    }

    /// Whether the client count follows from the data where none is given.
    public var knowsClientCount: Bool {
        switch self {
        case .natural, .file: true
        default: false
        }
    }

    /// Splits a data set.
    ///
    /// Without a client count, natural and stored splits have the clients they name.
    public func partition(of dataset: Dataset, clientCount: Int?, seed: UInt64) throws(PartitionError) -> Partition {
        switch self {
        case .natural(let key):
            return try PartitionDealer.natural(dataset, key: key, clientCount: clientCount, seed: seed)
        case .file(let folder):
            let stored = try Partition(folder: folder, sampleCount: dataset.sampleCount)
            guard clientCount == nil || clientCount == stored.clientCount else {
                throw .wrongClientCount(got: stored.clientCount, expected: clientCount ?? 0)
            }
            return stored
        case .iid, .dirichlet, .balancedDirichlet, .classes, .powerLaw, .labelShards, .quantity:
            guard let clientCount, clientCount >= 1 else { throw .noClients(got: clientCount ?? 0) }
            guard clientCount <= dataset.sampleCount else {
                throw .moreClientsThanSamples(clients: clientCount, samples: dataset.sampleCount)
            }
            let dealer = PartitionDealer(dataset: dataset, clientCount: clientCount, seed: seed)
            switch self {
            case .dirichlet(let alpha, let minimum): return try dealer.dirichlet(alpha: alpha, minimum: minimum)
            case .balancedDirichlet(let alpha, let minimum):
                return try dealer.balancedDirichlet(alpha: alpha, minimum: minimum)
            case .classes(let perClient): return try dealer.classes(perClient: perClient)
            case .powerLaw(let sigma, let minimum, let classes):
                return try dealer.powerLaw(sigma: sigma, minimum: minimum, classes: classes)
            case .quantity(let alpha, let minimum): return try dealer.quantity(alpha: alpha, minimum: minimum)
            case .labelShards(let perClient): return try dealer.labelShards(perClient: perClient)
            default: return try dealer.iid()
            }
        }
    }
}
