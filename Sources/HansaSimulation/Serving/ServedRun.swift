public import HansaCoordinator
public import HansaCore

/// A coordinator's configuration joined with its run: ready to be served.
public struct ServedRun: Sendable {
    /// The run's name, for people.
    public let name: String
    public let specification: RunSpecification
    /// A test on every so many rounds, and at the end; 0 means only at the end.
    public let evaluationInterval: Int
    private let evaluation: ParallelEvaluation?

    init(name: String, specification: RunSpecification, evaluationInterval: Int, evaluation: ParallelEvaluation?) {
        self.name = name
        self.specification = specification
        self.evaluationInterval = evaluationInterval
        self.evaluation = evaluation
    }

    /// Whether the model after a round is to be tested.
    public func isEvaluated(round: UInt32) -> Bool {
        if evaluation == nil { return false }
        if round == specification.roundCount { return true }
        return evaluationInterval > 0 && Int(round) % evaluationInterval == 0
    }

    /// The model's share of right answers on the test data and its mean loss; nil without test data or a finite result.
    public func evaluate(_ parameters: [Float]) async -> EvaluationSummary? {
        guard let evaluation else { return nil }
        do throws(SimulationError) { return try await evaluation.evaluate(parameters) } catch { return nil }
    }
}
