public import HansaCore
public import HansaNumerics

/// Mini-batch training, as `LocalWork` defines it, on the mean loss of any network, by oneDNN on one thread.
///
/// A client's worker makes one over the client's data and calls ``train(_:work:stream:)`` once a round. Parameters stay
/// in the layouts of the primitives through all epochs, and no step allocates.
///
/// Determinism class: one machine type, one oneDNN and one instruction set give one result; others round differently.
public struct NetworkTrainer<Source: ExampleSource>: GradientTrainer {
    public typealias Failure = NetworkError

    /// The most examples of a block: larger batches are summed block by block.
    static var blockSizeMax: Int { 128 }

    public var exampleCount: Int { source.count }

    private let source: Source
    private let workspace: NetworkWorkspace

    /// - Parameter workspace: memory to use, used by nobody else meanwhile.
    public init(source: Source, workspace: NetworkWorkspace) throws(NetworkError) {
        try NetworkWorkspace.check(source, against: workspace.architecture)
        self.source = source
        self.workspace = workspace
    }

    /// The rows of a workspace for work like this.
    public static func batchSize(of work: LocalWork) -> Int {
        work.batchSize == 0 ? blockSizeMax : min(Int(work.batchSize), blockSizeMax)
    }

    /// Trains in place; parameters stay as they were if it throws.
    public mutating func train(
        _ parameters: inout [Float],
        work: LocalWork,
        stream: RandomStream
    ) throws(NetworkError) -> TrainingSummary {
        guard work.isValid else { throw .invalidWork }
        let expected = workspace.architecture.parameterCount
        guard parameters.count == expected else {
            throw .wrongParameterCount(got: parameters.count, expected: expected)
        }
        var update = ParameterStep(work)
        guard try workspace.load(parameters) else { throw .notFinite }
        try workspace.prepare(update)
        var stream = stream
        var order = workspace.order
        workspace.order = []
        defer { workspace.order = order }
        let summary = try work.train(
            exampleCount: source.count,
            order: &order,
            stream: &stream,
            step: { (order, batch, stream) throws(NetworkError) in
                try takeStep(order[batch], &update, stream: &stream) / Double(batch.count)
            },
            diverged: { .diverged(step: $0) }
        )
        guard try workspace.store(to: &parameters) else { throw .diverged(step: summary.stepCount) }
        return summary
    }

    public func labelCounts() -> [Int] {
        var counts = [Int](repeating: 0, count: workspace.architecture.classCount)
        for example in 0..<source.count {
            let label = source.label(ofExample: example)
            if counts.indices.contains(label) { counts[label] += 1 }
        }
        return counts
    }

    /// The gradient at a point; dropout has the mask of `word`, and batch normalization the batch's own statistics.
    public mutating func gradient(
        at parameters: [Float],
        of examples: [UInt32],
        word: UInt64,
        into gradient: inout [Float]
    ) throws(NetworkError) -> Double {
        let expected = workspace.architecture.parameterCount
        guard parameters.count == expected, gradient.count == expected else {
            throw .wrongParameterCount(got: parameters.count, expected: expected)
        }
        guard !examples.isEmpty, examples.allSatisfy({ $0 < exampleCount }) else { throw .noExamples }
        let update = ParameterStep(LocalWork(epochs: 1, batchSize: 0, learningRate: 0))
        guard try workspace.load(parameters) else { throw .notFinite }
        var words = RandomStream(seed: word, purpose: .dropoutLayer)
        let loss = try computeGradients(examples[...], update, isSummed: true) { words.next64() }
        guard loss.isFinite, try workspace.storeSums(to: &gradient) else { throw .diverged(step: 1) }
        return loss / Double(examples.count)
    }

    /// How many tokens each expert learned from since the last training began, as the schema counts experts.
    public var expertLoads: [UInt32] {
        workspace.expertLoads.joined().map { UInt32(clamping: $0) }
    }

    /// Takes one gradient step and returns the batch's summed loss before it.
    private func takeStep(
        _ batch: ArraySlice<UInt32>,
        _ update: inout ParameterStep,
        stream: inout RandomStream
    ) throws(NetworkError) -> Double {
        let isSummed = batch.count > workspace.batchSize
        let loss = try computeGradients(batch, update, isSummed: isSummed) { stream.next64() }
        update.take(workspace.parameters, isSummed: isSummed)
        return loss
    }

    /// Runs a batch forth and back, block by block, and returns its summed loss.
    ///
    /// - Parameters:
    ///   - isSummed: whether the blocks' gradients are added up; else there is one block.
    ///   - nextWord: what dropout is drawn from.
    private func computeGradients(
        _ batch: ArraySlice<UInt32>,
        _ update: ParameterStep,
        isSummed: Bool,
        nextWord: () -> UInt64
    ) throws(NetworkError) -> Double {
        if isSummed { try workspace.clearSums(update) }
        var loss = 0.0
        var start = batch.startIndex
        while start < batch.endIndex {
            let block = batch[start..<min(start + workspace.batchSize, batch.endIndex)]
            let program = try workspace.program(rowCount: block.count)
            try workspace.fill(program, block, of: source)
            for dropout in program.dropouts { dropout.word = nextWord() }
            try workspace.computeGradients(program, divisor: Float(batch.count), loss: &loss)
            if isSummed { update.accumulate(workspace.parameters) }
            start = block.endIndex
        }
        return loss
    }
}
