public import HansaCore
import HansaNumerics

/// SCAFFOLD with option II: local steps are corrected by the difference of the server's and the client's control variate.
///
/// With K local steps at rate η, N clients in the roster and S of them in the round:
/// y ← y − η(g(y) − c_i + c) on the clients, which keep c_i⁺ = c_i − c − Δ_i/(Kη); x ← x + η_s·mean Δ_i; and
/// c ← c + (1/N)Σ_S (c_i⁺ − c_i) = c − (S/N)(c + mean Δ_i/(Kη)).
///
/// Departure: the client's change of its control variate follows from c and Δ_i, which the coordinator has, so it is not
/// sent. Both sides compute it from the update as it was sent, in lattice integers; nothing is released beside the update.
/// Every c_i starts at 0.
///
/// Cost a round: 4 bytes a parameter more down; clients keep 4 or 8 bytes a parameter, the coordinator 4.
/// - seealso: Algorithm 1 of Karimireddy et al. 2020 (arXiv:1910.06378).
public struct Scaffold: Strategy {
    public static let name = "scaffold"
    private static let controlName = "scaffold.control"

    private let work: LocalWork
    private var averaging: FederatedAveraging
    /// c; empty before the first round.
    private var control: [Float] = []
    /// N, the roster's size.
    private let population: Int

    public init(_ configuration: StrategyConfiguration) throws(ConfigurationError) {
        guard let population = configuration.population, population >= 1 else {
            throw .missing(
                key: "population",
                expected: "the number of clients in the roster, which control variates are over"
            )
        }
        self.population = population
        let work = configuration.work
        guard work.stepCountMax >= 1, work.requiredCapabilities == [], work.momentum == 0, work.weightDecay == 0,
            work.learningRate > 0
        else {
            throw .invalidValue(
                key: "work",
                got: "\(work.stepCountMax) steps at rate \(work.learningRate), momentum \(work.momentum), "
                    + "decay \(work.weightDecay)",
                expected:
                    "a number of local steps (local.steps) of plain SGD: the control variate is a mean gradient over them"
            )
        }
        guard configuration.schedule == .constant else {
            throw .invalidValue(
                key: "schedule",
                got: "a learning rate that changes",
                expected: "constant: control variates of one rate correct steps of that rate"
            )
        }
        guard configuration.weighting == .uniform else {
            throw .invalidValue(
                key: "weighting",
                got: "\(configuration.weighting)",
                expected: "uniform: control variates are means over clients"
            )
        }
        averaging = try FederatedAveraging(configuration)
        self.work = work
    }

    @Sendable
    static func make(_ configuration: StrategyConfiguration) throws(ConfigurationError) -> any Strategy {
        try Self(configuration)
    }

    public var traits: Set<StrategyTrait> { averaging.traits.union([.clientMemory]) }

    public func changesMemory(as role: ClientRole) -> Bool { true }

    public func directive(for role: ClientRole, in context: RoundContext) throws(AggregationError) -> RoundDirective {
        var directive = try averaging.directive(for: role, in: context)
        directive.algorithm = .controlVariates
        return directive
    }

    public func companion(for role: ClientRole, in context: RoundContext) -> [Float]? {
        control.isEmpty ? [Float](repeating: 0, count: context.schema.count) : control
    }

    public func makeAggregator(shape: AggregationShape) throws(AggregationError) -> any Aggregator {
        try averaging.makeAggregator(shape: shape)
    }

    public mutating func advance(_ parameters: inout [Float], by aggregate: Aggregate) throws(AggregationError) {
        var (moved, averaging) = (parameters, averaging)
        try averaging.advance(&moved, by: aggregate)
        var control = control.isEmpty ? [Float](repeating: 0, count: parameters.count) : control
        guard control.count == aggregate.delta.count else { throw .shapeMismatch }
        let share = Float(Double(aggregate.updateCount) / Double(population))
        let factor = Float(1 / (Double(work.stepCountMax) * Double(work.learningRate)))
        for index in control.indices { control[index] -= share * (control[index] + aggregate.delta[index] * factor) }
        guard control.isFinite else { throw .notFinite }
        (parameters, self.averaging, self.control) = (moved, averaging, control)
    }

    public var state: [StateTensor] {
        control.isEmpty ? averaging.state : [StateTensor(name: Self.controlName, values: control)] + averaging.state
    }

    public mutating func restore(_ state: [StateTensor]) throws(AggregationError) {
        var averaging = averaging
        guard let first = state.first, first.name == Self.controlName else {
            try averaging.restore(state)
            (self.averaging, control) = (averaging, [])
            return
        }
        guard first.values.isFinite, !first.values.isEmpty else {
            throw .invalidState("the control variate is damaged")
        }
        try averaging.restore(Array(state[1...]))
        (self.averaging, control) = (averaging, first.values)
    }
}
