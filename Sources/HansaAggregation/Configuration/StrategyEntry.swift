/// A strategy that configurations can name, with what a person has to know to choose it.
public struct StrategyEntry: Sendable {
    /// A key below `strategy.options`.
    public struct Option: Hashable, Sendable {
        public var key: String
        /// What it may be, with the default, such as `a number of 0 or more; 0.1`.
        public var values: String
        public var meaning: String

        public init(_ key: String, values: String, _ meaning: String) {
            self.key = key
            self.values = values
            self.meaning = meaning
        }
    }

    public var name: String
    /// What it does, in one line; empty where nobody wrote it.
    public var summary: String
    public var options: [Option]
    /// Options that have to be stated, with usual values: with them it is made where it is listed.
    public var example: [String: StrategyOption]
    /// Whether every update counts once, so that `uniform` is the weighting of a scenario that says nothing.
    public var countsClients: Bool
    public var make: StrategyRegistry.Factory

    public init(
        _ name: String,
        _ summary: String = "",
        options: [Option] = [],
        example: [String: StrategyOption] = [:],
        countsClients: Bool = false,
        make: @escaping StrategyRegistry.Factory
    ) {
        self.name = name
        self.summary = summary
        self.options = options
        self.example = example
        self.countsClients = countsClients
        self.make = make
    }
}
