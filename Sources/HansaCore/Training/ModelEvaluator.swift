/// Measures a model on held-out data.
///
/// The coordinator calls it and knows no learning code. The data are cut into chunks, so that ranges of chunks may be
/// measured in parallel and joined.
public protocol ModelEvaluator {
    /// What can go wrong while evaluating.
    associatedtype Failure: Error

    /// How many chunks the data have.
    var chunkCount: Int { get }

    /// Measures a range of chunks with the parameters, given in schema order.
    func evaluate(_ parameters: [Float], chunks: Range<Int>) throws(Failure) -> PartialEvaluation

    /// Joins parts that cover every chunk exactly once, in any order.
    func combine(_ parts: [PartialEvaluation]) throws(Failure) -> EvaluationSummary
}

extension ModelEvaluator {
    /// Measures all of the data on this thread.
    public func evaluate(_ parameters: [Float]) throws(Failure) -> EvaluationSummary {
        try combine([evaluate(parameters, chunks: 0..<chunkCount)])
    }
}
