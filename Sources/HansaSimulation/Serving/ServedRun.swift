public import HansaAggregation
public import HansaCoordinator
public import HansaCore

/// A coordinator's configuration joined with its run: ready to be served.
public struct ServedRun: Sendable {
    /// The run's name, for people.
    public let name: String
    public let specification: RunSpecification
    /// The digest of the same configuration in the other mode, by which a state folder of it is recognized.
    public let otherModeDigest: SHA256Digest
    /// A test on every so many rounds, and at the end; 0 means only at the end.
    public let evaluationInterval: Int
    /// What meets in the run, none of it refused; its caveats are told at the start and kept with the state.
    public let composition: Composition
    private let evaluation: ModelArchitecture.Evaluation?

    /// Joins a run with the mode it is served in, which is part of what its state belongs to.
    init(
        name: String,
        specification: RunSpecification,
        mode: RoundPolicy.Mode,
        evaluationInterval: Int,
        evaluation: ModelArchitecture.Evaluation?,
        composition: Composition
    ) {
        self.name = name
        self.composition = composition
        let digest = specification.configurationDigest
        // Reproducible is the mode of simulations too, whose digest it keeps.
        let productionDigest = SHA256Digest(hashing: digest.bytes + Array("production".utf8))
        var served = specification
        served.policy.mode = mode
        served.configurationDigest = mode == .production ? productionDigest : digest
        self.specification = served
        otherModeDigest = mode == .production ? digest : productionDigest
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
        do throws(SimulationError) { return try await evaluation(parameters) } catch { return nil }
    }
}
