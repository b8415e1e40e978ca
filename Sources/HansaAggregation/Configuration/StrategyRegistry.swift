/// The strategies that a configuration can name.
///
/// ``standard`` holds Hansa's own; a program that brings its own strategies copies it and registers them.
public struct StrategyRegistry: Sendable {
    /// Makes a strategy from its configuration, or says which key is at fault.
    public typealias Factory = @Sendable (StrategyConfiguration) throws(ConfigurationError) -> any Strategy

    /// Hansa's own strategies, one line each.
    public static let standard = Self(factories: [
        ExactSumCounting.name: ExactSumCounting.make,
        FederatedAveraging.name: FederatedAveraging.make,
    ])

    private var factories: [String: Factory]

    /// An empty registry.
    public init() { factories = [:] }

    private init(factories: [String: Factory]) { self.factories = factories }

    /// The registered names, in alphabetical order.
    public var names: [String] { factories.keys.sorted() }

    /// Adds a strategy; refuses a name that is taken.
    public mutating func register(_ name: String, _ factory: @escaping Factory) throws(ConfigurationError) {
        guard !name.isEmpty else { throw .missing(key: "strategy", expected: "a name for the strategy") }
        guard factories[name] == nil else { throw .duplicateName(key: "strategy", got: name) }
        factories[name] = factory
    }

    /// Makes the strategy that a configuration names.
    public func makeStrategy(
        named name: String,
        _ configuration: StrategyConfiguration
    ) throws(ConfigurationError) -> any Strategy {
        guard let factory = factories[name] else {
            throw .unknown(key: "strategy", got: name, known: factories.keys)
        }
        return try factory(configuration)
    }
}
