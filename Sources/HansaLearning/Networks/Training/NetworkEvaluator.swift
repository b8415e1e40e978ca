public import HansaCore

/// Measures accuracy and mean loss of a network on held-out data.
///
/// The data are cut into chunks of ``chunkSize`` examples, so that ranges of chunks may be measured in parallel and
/// combined. Where two classes score equally the first counts as the answer.
public struct NetworkEvaluator<Source: ExampleSource>: ModelEvaluator, Sendable {
    public typealias Failure = NetworkError

    /// Examples to a chunk, which go through the network at once; the last one may have fewer.
    public static var chunkSize: Int { 100 }

    public let architecture: NetworkArchitecture
    /// How many chunks the data have.
    public var chunkCount: Int { (source.count + Self.chunkSize - 1) / Self.chunkSize }

    private let source: Source

    public init(architecture: NetworkArchitecture, source: Source) throws(NetworkError) {
        try NetworkWorkspace.check(source, against: architecture)
        self.architecture = architecture
        self.source = source
    }

    /// Measures a range of chunks.
    public func evaluate(
        _ parameters: [Float],
        chunks: Range<Int>
    ) throws(NetworkError) -> PartialEvaluation {
        guard chunks.lowerBound >= 0, chunks.upperBound <= chunkCount else {
            throw .invalidChunks(expected: chunkCount)
        }
        let expected = architecture.parameterCount
        guard parameters.count == expected else {
            throw .wrongParameterCount(got: parameters.count, expected: expected)
        }
        let workspace = try NetworkWorkspace(architecture, batchSize: Self.chunkSize, learns: false)
        guard try workspace.load(parameters) else { throw .notFinite }
        return try PartialEvaluation(
            chunks: chunks,
            size: Self.chunkSize,
            exampleCount: source.count
        ) { (examples, correctCount) throws(NetworkError) in
            let program = try workspace.program(rowCount: examples.count)
            try workspace.fill(program, examples, of: source)
            var loss = 0.0
            try workspace.measure(program, loss: &loss, correctCount: &correctCount)
            guard loss.isFinite else { throw .notFinite }
            return loss
        }
    }

    public func combine(_ parts: [PartialEvaluation]) throws(NetworkError) -> EvaluationSummary {
        guard let summary = PartialEvaluation.combine(parts, chunkCount: chunkCount) else {
            throw .invalidChunks(expected: chunkCount)
        }
        return summary
    }
}
