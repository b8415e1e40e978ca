internal import CHansaKernels
public import HansaCore
public import HansaNumerics

/// The exact trainer: mini-batch SGD on the mean softmax cross-entropy, with the same bits on every build and CPU.
///
/// A client's agent makes one over the client's data and calls ``train(_:work:stream:)`` once a round. Each number is
/// the result of a fixed sequence of IEEE operations without contraction (`hansa_dense.h` says which); exp and log are
/// our own. A product with an input that is exactly zero is left out of every sum: with finite weights this changes at
/// most the sign of a zero, and sparse examples train several times faster.
///
/// Determinism class: exact.
/// - seealso: DESIGN.md, "Determinism contract"; `LocalWork` for the update rule.
public struct DenseTrainer<Source: ExampleSource>: LocalTrainer {
    public typealias Failure = DenseError

    /// The most examples of one client: their numbers fit 32 bits.
    public static var exampleCountMax: Int { 1 << 31 }

    /// The model.
    public let architecture: DenseArchitecture
    public var exampleCount: Int { source.count }

    let source: Source
    let workspace: DenseWorkspace

    /// Checks that the model fits the data, label by label.
    ///
    /// - Parameters:
    ///   - architecture: the model.
    ///   - source: the client's data; read through a view, one block at a time.
    ///   - workspace: memory to use, made for the same architecture and used by nobody else meanwhile; nil to make one.
    public init(
        architecture: DenseArchitecture,
        source: Source,
        workspace: DenseWorkspace? = nil
    ) throws(DenseError) {
        try DenseData.check(source, against: architecture)
        if let workspace, workspace.architecture != architecture { throw .workspaceDoesNotFit }
        self.architecture = architecture
        self.source = source
        self.workspace = workspace ?? DenseWorkspace(architecture)
    }

    /// Trains in place; parameters stay as they were if it throws.
    public mutating func train(
        _ parameters: inout [Float],
        work: LocalWork,
        stream: RandomStream
    ) throws(DenseError) -> TrainingSummary {
        guard work.isValid else { throw .invalidWork }
        #if hasFeature(Embedded)
        let isPlain = true
        #else
        let isPlain = work.requiredCapabilities == []
        #endif
        let expected = architecture.parameterCount
        guard parameters.count == expected else {
            throw .wrongParameterCount(got: parameters.count, expected: expected)
        }
        let batchSize = work.batchSize == 0 ? source.count : min(Int(work.batchSize), source.count)
        let isFused = isPlain && work.momentum == 0 && work.weightDecay == 0 && batchSize <= workspace.rowCount
        if !isFused { workspace.prepareGradients() }
        workspace.prepareVelocities(isNeeded: work.momentum != 0)
        guard workspace.load(parameters) else { throw .notFinite }
        #if !hasFeature(Embedded)
        if !isPlain {
            workspace.refinements.begin(work, workspace.layers, byteCount: workspace.weightByteCount)
        }
        #endif

        var stream = stream
        var order = workspace.order
        workspace.order = []
        defer { workspace.order = order }
        let summary = try work.train(
            exampleCount: source.count,
            order: &order,
            stream: &stream,
            step: { (order, batch, _) throws(DenseError) in
                try takeStep(order, batch, work: work, isFused: isFused)
            },
            diverged: { .diverged(step: $0) }
        )
        guard workspace.store(to: &parameters) else { throw .diverged(step: summary.stepCount) }
        return summary
    }

    /// Takes one gradient step and returns the batch's mean loss before it.
    private func takeStep(
        _ order: [UInt32],
        _ batch: Range<Int>,
        work: LocalWork,
        isFused: Bool
    ) throws(DenseError) -> Double {
        let loss = try accumulateGradient(order, batch, fusedRate: isFused ? work.learningRate : nil)
        #if !hasFeature(Embedded)
        if work.requiredCapabilities != [] {
            workspace.refinements.bound(workspace.layers, work)
            if workspace.refinements.takeStep(workspace.layers) { return loss }
        }
        #endif
        if !isFused {
            for index in workspace.layers.indices {
                hansa_dense_apply(&workspace.layers[index], work.learningRate, work.momentum, work.weightDecay)
            }
        }
        return loss
    }

    /// Sums a batch's gradient into the layers, or takes the step of plain SGD layer by layer on the way back.
    ///
    /// - Parameter fusedRate: the learning rate of such a step; nil to keep the gradient.
    /// - Returns: the batch's mean loss.
    func accumulateGradient(
        _ order: [UInt32],
        _ batch: Range<Int>,
        fusedRate: Float? = nil
    ) throws(DenseError) -> Double {
        let last = workspace.layers.count - 1
        if fusedRate == nil {
            for index in workspace.layers.indices { hansa_dense_clear_gradient(&workspace.layers[index]) }
        }
        var loss = 0.0
        var start = batch.lowerBound
        while start < batch.upperBound {
            let block = start..<min(start + workspace.rowCount, batch.upperBound)
            try DenseData.copy(order[block], of: source, to: workspace)
            DenseForward.run(workspace, rows: block.count, keepsColumns: true)
            loss = hansa_dense_softmax_gradient(
                &workspace.layers[last],
                block.count,
                workspace.labels,
                Float(batch.count),
                loss,
                workspace.scratch
            )
            for index in stride(from: last, through: 0, by: -1) {
                // The derivative by the input needs the weights from before the step.
                if index > 0 { hansa_dense_backward(&workspace.layers[index], block.count) }
                if let fusedRate {
                    hansa_dense_step(&workspace.layers[index], block.count, fusedRate)
                } else {
                    hansa_dense_accumulate(&workspace.layers[index], block.count)
                }
            }
            start = block.upperBound
        }
        return loss / Double(batch.count)
    }
}
