#if !hasFeature(Embedded)
internal import CHansaKernels
public import HansaCore

/// Measures a Switch classifier's accuracy and mean cross-entropy on held-out data, with the same bits on every build,
/// CPU and thread count; in chunks as ``DenseEvaluator``.
///
/// The loss that evens out loads belongs to training and is left out.
public struct SwitchEvaluator<Source: ExampleSource>: ModelEvaluator, Sendable {
    public typealias Failure = DenseError

    /// Examples to a chunk; the last one may have fewer.
    public static var chunkSize: Int { 256 }

    /// The model.
    public let architecture: SwitchArchitecture
    /// How many chunks the data have.
    public var chunkCount: Int { (source.count + Self.chunkSize - 1) / Self.chunkSize }

    private let source: Source

    /// Checks that the model fits the data, label by label.
    public init(architecture: SwitchArchitecture, source: Source) throws(DenseError) {
        try DenseData.check(source, inputCount: architecture.inputCount, classCount: architecture.classCount)
        self.architecture = architecture
        self.source = source
    }

    public func evaluate(_ parameters: [Float], chunks: Range<Int>) throws(DenseError) -> PartialEvaluation {
        guard chunks.lowerBound >= 0, chunks.upperBound <= chunkCount else {
            throw .invalidChunks(expected: chunkCount)
        }
        let expected = architecture.parameterCount
        guard parameters.count == expected else {
            throw .wrongParameterCount(got: parameters.count, expected: expected)
        }
        let workspace = SwitchWorkspace(architecture)
        guard workspace.load(parameters) else { throw .notFinite }
        workspace.prepareRoutes(count: workspace.rowCount)
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
        _ workspace: SwitchWorkspace,
        correctCount: inout Int
    ) throws(DenseError) -> Double {
        var loss = 0.0
        var correct: UInt64 = 0
        var start = examples.lowerBound
        while start < examples.upperBound {
            let block = start..<min(start + workspace.rowCount, examples.upperBound)
            try DenseData.copy(
                block,
                of: source,
                to: workspace.layers[0],
                labels: workspace.labels,
                classCount: architecture.classCount
            )
            workspace.route(rows: block.count, first: 0, keepsColumns: false)
            for expert in 0..<architecture.expertCount { answer(expert, rowCount: block.count, workspace) }
            loss = hansa_dense_evaluate(
                &workspace.head,
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

    /// Writes the class scores of the rows that an expert answers.
    private func answer(_ expert: Int, rowCount: Int, _ workspace: SwitchWorkspace) {
        let rows = workspace.rows(of: expert, rows: rowCount, first: 0)
        if rows.isEmpty { return }
        workspace.run(expert, on: rows, keepsColumns: false)
        let stride = workspace.head.output_stride
        guard let answers = workspace.layers[2 + 2 * expert].output, let scores = workspace.head.output else { return }
        for (place, row) in rows.enumerated() {
            let gate = workspace.shares[row * architecture.expertCount + expert]
            for index in 0..<stride { scores[row * stride + index] = gate * answers[place * stride + index] }
        }
    }
}
#endif
