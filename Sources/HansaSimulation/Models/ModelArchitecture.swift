import HansaCore
public import HansaDense
public import HansaLearning
public import HansaNumerics
import HansaResults

/// The model of a run and who trains it.
public enum ModelArchitecture: Hashable, Sendable {
    /// The exact trainer: a fully connected classifier, the same bits everywhere.
    case exact(DenseArchitecture)
    /// The exact trainer: a router and experts of which one answers, the same bits everywhere.
    case exactSwitch(SwitchArchitecture)
    /// oneDNN: any network.
    case network(NetworkArchitecture)

    public var parameterCount: Int {
        switch self {
        case .exact(let architecture): architecture.parameterCount
        case .exactSwitch(let architecture): architecture.parameterCount
        case .network(let architecture): architecture.parameterCount
        }
    }

    public func schema() -> ParameterSchema {
        switch self {
        case .exact(let architecture): architecture.schema()
        case .exactSwitch(let architecture): architecture.schema()
        case .network(let architecture): architecture.schema()
        }
    }

    /// What the bits of a training depend on beside the scenario; equal words promise equal bits.
    public var arithmetic: String {
        switch self {
        case .exact, .exactSwitch: "exact"
        case .network: NetworkArchitecture.arithmetic
        }
    }

    /// Starting parameters, drawn from the seed.
    public func initialParameters(seed: UInt64) -> [Float] {
        switch self {
        case .exact(let architecture): architecture.initialParameters(seed: seed)
        case .exactSwitch(let architecture): architecture.initialParameters(seed: seed)
        case .network(let architecture): architecture.initialParameters(seed: seed)
        }
    }
}

extension ModelArchitecture {
    /// Measures a model; nil where there is nothing to measure on.
    typealias Evaluation = @Sendable ([Float]) async throws(SimulationError) -> EvaluationSummary?

    /// Measures clients one by one, each with the parameters that are given for it; nil where there are none.
    typealias ClientMeasure =
        @Sendable (_ parameters: @escaping @Sendable (ClientID) -> [Float]) async throws(SimulationError)
        -> ClientDistribution?

    /// The measurement of this model on clients' data, with so many workers.
    func clientMeasure(
        on views: [(client: ClientID, view: DatasetView)],
        part: ClientDistribution.Part,
        threadCount: Int
    ) -> ClientMeasure {
        func make(_ model: some SimulatedModel) -> ClientMeasure {
            let evaluation = ClientEvaluation(model: model, views: views, part: part, threadCount: threadCount)
            return { (parameters) async throws(SimulationError) in try await evaluation.evaluate(parameters) }
        }
        switch self {
        case .exact(let model): return make(model)
        case .exactSwitch(let model): return make(model)
        case .network(let model): return make(model)
        }
    }

    /// The measurement of this model on the test data, with so many workers; refuses data that do not fit.
    func evaluation(test: DatasetView?, threadCount: Int) throws(SimulationError) -> Evaluation {
        func make(_ model: some SimulatedModel) throws(SimulationError) -> Evaluation {
            let evaluation = try ParallelEvaluation(model: model, test: test, threadCount: threadCount)
            return { (parameters) async throws(SimulationError) in try await evaluation.evaluate(parameters) }
        }
        switch self {
        case .exact(let model): return try make(model)
        case .exactSwitch(let model): return try make(model)
        case .network(let model): return try make(model)
        }
    }
}
