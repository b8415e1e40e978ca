public import HansaClient
public import HansaCore
public import HansaNumerics
public import HansaWire

/// The trainer that a configuration names.
public enum AnyTrainingRunner: TrainingRunner {
    case exact(ExactTrainingRunner<NPYExamples>)
    case external(ExternalTrainingRunner)
    case oneHot(OneHotTrainingRunner)
    case constant(ConstantTrainingRunner)

    public var kind: TrainerKind {
        switch self {
        case .exact(let runner): runner.kind
        case .external(let runner): runner.kind
        case .oneHot(let runner): runner.kind
        case .constant(let runner): runner.kind
        }
    }

    public var failureText: String? {
        switch self {
        case .exact, .oneHot, .constant: nil
        case .external(let runner): runner.lastFailure?.description
        }
    }

    #if !hasFeature(Embedded)
    public mutating func take(_ memory: ClientMemory) {
        // Of the others none can follow a plan that asks for it.
        guard case .exact(var runner) = self else { return }
        runner.take(memory)
        self = .exact(runner)
    }
    #endif

    public mutating func train(
        _ assignment: Assignment,
        schema: ParameterSchema,
        model: [Float]
    ) -> Result<TrainedUpdate, RefusalReason> {
        switch self {
        case .exact(var runner):
            defer { self = .exact(runner) }
            return runner.train(assignment, schema: schema, model: model)
        case .external(var runner):
            defer { self = .external(runner) }
            return runner.train(assignment, schema: schema, model: model)
        case .oneHot(var runner):
            return runner.train(assignment, schema: schema, model: model)
        case .constant(var runner):
            return runner.train(assignment, schema: schema, model: model)
        }
    }
}
