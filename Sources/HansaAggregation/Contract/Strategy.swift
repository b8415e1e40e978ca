public import HansaCore
public import HansaQuantization

/// A federated algorithm, as the coordinator sees it: what clients are asked, how their updates become one, and how
/// that one moves the model.
///
/// A pure value without I/O. Its state between rounds is what ``state`` says and nothing else, so that a restart from a
/// checkpoint continues to the bit.
public protocol Strategy: Sendable {
    /// The name in scenario files and in the registry.
    static var name: String { get }

    /// Whether it only helps tests: a coordinator in production refuses it.
    static var isTestingAid: Bool { get }

    /// What it does that decides which noise, weights and widths it goes together with.
    var traits: Set<StrategyTrait> { get }

    /// The roles that take part in a round.
    func roles(in context: RoundContext) -> [ClientRole]

    /// What one selected client does. Drawn from public values only, and recorded in the participation record.
    func role(of client: ClientID, in context: RoundContext) -> ClientRole

    /// The plan's strategy part for a role.
    func directive(for role: ClientRole, in context: RoundContext) throws(AggregationError) -> RoundDirective

    /// The vector that is sent behind the model to the clients of a role whose algorithm has a companion: as many numbers
    /// as the schema has parameters. It follows from ``state``.
    func companion(for role: ClientRole, in context: RoundContext) -> [Float]?

    /// Whether a counted update of this role changes what the client remembers.
    func changesMemory(as role: ClientRole) -> Bool

    /// Whether the round asks every client of the roster, and not a cohort.
    func asksEveryone(in context: RoundContext) -> Bool

    /// The width of the model on its way down, in place of the run's; nil for the run's.
    func downloadWidth(in context: RoundContext) -> BitWidth?

    /// What whoever starts a run has to read first, such as a privacy claim that does not hold.
    func notices(in context: RoundContext) -> [String]

    /// A fresh aggregator for one round.
    func makeAggregator(shape: AggregationShape) throws(AggregationError) -> any Aggregator

    /// Moves the model by a round's aggregate. On a throw the model and the state are as before.
    mutating func advance(_ parameters: inout [Float], by aggregate: Aggregate) throws(AggregationError)

    /// Everything that must survive a restart, in a fixed order.
    var state: [StateTensor] { get }

    /// Takes up stored state; refuses what does not fit.
    mutating func restore(_ state: [StateTensor]) throws(AggregationError)
}

extension Strategy {
    public static var isTestingAid: Bool { false }
    public var traits: Set<StrategyTrait> { [] }
    public func roles(in context: RoundContext) -> [ClientRole] { [.trainer] }
    public func role(of client: ClientID, in context: RoundContext) -> ClientRole { .trainer }
    public func companion(for role: ClientRole, in context: RoundContext) -> [Float]? { nil }
    public func changesMemory(as role: ClientRole) -> Bool { false }
    public func asksEveryone(in context: RoundContext) -> Bool { false }
    public func downloadWidth(in context: RoundContext) -> BitWidth? { nil }
    public func notices(in context: RoundContext) -> [String] { [] }
    public var state: [StateTensor] { [] }
    public mutating func restore(_ state: [StateTensor]) throws(AggregationError) {
        guard state.isEmpty else { throw .invalidState("this strategy keeps no state") }
    }
}
