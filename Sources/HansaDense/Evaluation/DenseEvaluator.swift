internal import CHansaKernels
public import HansaCore

/// Measures accuracy and mean cross-entropy on held-out data, with the same bits on every build, CPU and thread count.
///
/// The data are cut into chunks of ``chunkSize`` examples. Losses are summed within a chunk in order, and chunks in
/// order, so ranges of chunks may be measured in parallel and combined: ``evaluate(_:chunks:workspace:)``,
/// ``combine(_:)``. Where two classes score equally the first counts as the answer.
public struct DenseEvaluator<Source: ExampleSource>: ModelEvaluator, Sendable {
    public typealias Failure = DenseError

    /// Examples to a chunk; the last one may have fewer.
    public static var chunkSize: Int { 256 }

    /// The model.
    public let architecture: DenseArchitecture
    /// How many chunks the data have.
    public var chunkCount: Int { (source.count + Self.chunkSize - 1) / Self.chunkSize }

    private let source: Source

    /// Checks that the model fits the data, label by label.
    public init(architecture: DenseArchitecture, source: Source) throws(DenseError) {
        try DenseData.check(source, against: architecture)
        self.architecture = architecture
        self.source = source
    }

    public func evaluate(_ parameters: [Float], chunks: Range<Int>) throws(DenseError) -> PartialEvaluation {
        try evaluate(parameters, chunks: chunks, workspace: nil)
    }

    /// Measures a range of chunks.
    ///
    /// - Parameters:
    ///   - parameters: the model in schema order.
    ///   - chunks: a range within `0..<chunkCount`.
    ///   - workspace: memory to use, made for the same architecture and used by nobody else meanwhile; nil to make one.
    public func evaluate(
        _ parameters: [Float],
        chunks: Range<Int>,
        workspace: DenseWorkspace?
    ) throws(DenseError) -> PartialEvaluation {
        guard chunks.lowerBound >= 0, chunks.upperBound <= chunkCount else {
            throw .invalidChunks(expected: chunkCount)
        }
        let expected = architecture.parameterCount
        guard parameters.count == expected else {
            throw .wrongParameterCount(got: parameters.count, expected: expected)
        }
        let workspace = workspace ?? DenseWorkspace(architecture)
        guard workspace.architecture == architecture else { throw .workspaceDoesNotFit }
        guard workspace.load(parameters) else { throw .notFinite }
        return try PartialEvaluation(
            chunks: chunks,
            size: Self.chunkSize,
            exampleCount: source.count
        ) { (examples, correctCount) throws(DenseError) in
            let loss = try lossSum(of: examples, workspace, correctCount: &correctCount)
            guard loss.isFinite else { throw .notFinite }
            return loss
        }
    }

    /// Joins parts that cover every chunk exactly once, in any order.
    public func combine(_ parts: [PartialEvaluation]) throws(DenseError) -> EvaluationSummary {
        guard let summary = PartialEvaluation.combine(parts, chunkCount: chunkCount) else {
            throw .invalidChunks(expected: chunkCount)
        }
        return summary
    }

    private func lossSum(
        of examples: Range<Int>,
        _ workspace: DenseWorkspace,
        correctCount: inout Int
    ) throws(DenseError) -> Double {
        let last = workspace.layers.count - 1
        var loss = 0.0
        var correct: UInt64 = 0
        var start = examples.lowerBound
        while start < examples.upperBound {
            let block = start..<min(start + workspace.rowCount, examples.upperBound)
            try DenseData.copy(block, of: source, to: workspace)
            DenseForward.run(workspace, rows: block.count, keepsColumns: false)
            loss = hansa_dense_evaluate(
                &workspace.layers[last],
                block.count,
                workspace.labels,
                loss,
                workspace.scratch,
                &correct
            )
            start = block.upperBound
        }
        correctCount += Int(clamping: correct)
        return loss
    }
}
