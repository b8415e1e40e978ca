public import HansaCore
public import HansaNumerics

/// Mini-batch training, as `LocalWork` defines it, on the mean loss of any network, by oneDNN on one thread.
///
/// A client's worker makes one over the client's data and calls ``train(_:work:stream:)`` once a round. Parameters stay
/// in the layouts of the primitives through all epochs, and no step allocates.
///
/// Determinism class: one machine type, one oneDNN and one instruction set give one result; others round differently.
public struct NetworkTrainer<Source: ExampleSource>: LocalTrainer {
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

    /// Takes one gradient step and returns the batch's summed loss before it.
    private func takeStep(
        _ batch: ArraySlice<UInt32>,
        _ update: inout ParameterStep,
        stream: inout RandomStream
    ) throws(NetworkError) -> Double {
        let isSummed = batch.count > workspace.batchSize
        if isSummed { try workspace.clearSums(update) }
        var loss = 0.0
        var start = batch.startIndex
        while start < batch.endIndex {
            let block = batch[start..<min(start + workspace.batchSize, batch.endIndex)]
            let program = try workspace.program(rowCount: block.count)
            try workspace.fill(program, block, of: source)
            for dropout in program.dropouts { dropout.word = stream.next64() }
            try workspace.computeGradients(program, divisor: Float(batch.count), loss: &loss)
            if isSummed { update.accumulate(workspace.parameters) }
            start = block.endIndex
        }
        update.take(workspace.parameters, isSummed: isSummed)
        return loss
    }
}
