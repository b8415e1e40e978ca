/// Measures a model on held-out data.
///
/// The coordinator calls it and knows no learning code.
public protocol ModelEvaluator {
    /// What can go wrong while evaluating.
    associatedtype Failure: Error

    /// Measures the parameters, given in schema order.
    func evaluate(_ parameters: [Float]) throws(Failure) -> EvaluationSummary
}
