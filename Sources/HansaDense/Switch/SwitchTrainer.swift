#if !hasFeature(Embedded)
internal import CHansaKernels
public import HansaCore
public import HansaNumerics

/// The exact trainer of Switch classifiers: mini-batch descent with the same bits on every build and CPU.
///
/// Everything the kernels of the exact trainer compute has their fixed order; what is computed here is a fixed sequence
/// of IEEE operations too, with an exponential of our own. Examples of a batch reach an expert in the batch's order. The
/// result does not depend on how a batch is cut into blocks.
///
/// Determinism class: exact.
public struct SwitchTrainer<Source: ExampleSource>: GradientTrainer {
    public typealias Failure = DenseError

    /// The model.
    public let architecture: SwitchArchitecture
    public var exampleCount: Int { source.count }
    /// How many examples each expert learned from in the last training.
    public var expertLoads: [UInt32] { workspace.expertLoads }

    private let source: Source
    private let workspace: SwitchWorkspace

    /// Checks that the model fits the data, label by label.
    ///
    /// - Parameters:
    ///   - architecture: the model.
    ///   - source: the client's data; read through a view, one block at a time.
    ///   - workspace: memory to use, made for the same architecture and used by nobody else meanwhile; nil to make one.
    public init(
        architecture: SwitchArchitecture,
        source: Source,
        workspace: SwitchWorkspace? = nil
    ) throws(DenseError) {
        try DenseData.check(source, inputCount: architecture.inputCount, classCount: architecture.classCount)
        if let workspace, workspace.architecture != architecture { throw .workspaceDoesNotFit }
        self.architecture = architecture
        self.source = source
        self.workspace = workspace ?? SwitchWorkspace(architecture)
    }

    public func labelCounts() -> [Int] {
        var counts = [Int](repeating: 0, count: architecture.classCount)
        // Bounds: labels were checked against the architecture.
        for example in 0..<exampleCount { counts[source.label(ofExample: example)] += 1 }
        return counts
    }

    /// Trains in place; parameters stay as they were if it throws.
    public mutating func train(
        _ parameters: inout [Float],
        work: LocalWork,
        stream: RandomStream
    ) throws(DenseError) -> TrainingSummary {
        guard work.isValid else { throw .invalidWork }
        let expected = architecture.parameterCount
        guard parameters.count == expected else {
            throw .wrongParameterCount(got: parameters.count, expected: expected)
        }
        let workspace = workspace
        workspace.prepare(hasMomentum: work.momentum != 0)
        guard workspace.load(parameters) else { throw .notFinite }
        let isPlain = work.requiredCapabilities == []
        if !isPlain {
            workspace.refinements.begin(work, workspace.layers, byteCount: workspace.weightByteCount)
        }
        for expert in workspace.expertLoads.indices { workspace.expertLoads[expert] = 0 }
        var stream = stream
        var order = workspace.order
        workspace.order = []
        defer { workspace.order = order }
        let summary = try work.train(
            exampleCount: source.count,
            order: &order,
            stream: &stream,
            step: { (order, batch, _) throws(DenseError) in
                let loss = try accumulateGradient(order, batch)
                for (expert, count) in workspace.counts.enumerated() {
                    let (sum, overflows) = workspace.expertLoads[expert].addingReportingOverflow(
                        UInt32(clamping: count)
                    )
                    workspace.expertLoads[expert] = overflows ? .max : sum
                }
                takeStep(work, isPlain: isPlain)
                return loss
            },
            diverged: { .diverged(step: $0) }
        )
        guard workspace.store(to: &parameters) else { throw .diverged(step: summary.stepCount) }
        return summary
    }

    /// The gradient of the mean loss over some examples, in flat order; returns that loss.
    public mutating func gradient(
        at parameters: [Float],
        of examples: [UInt32],
        word: UInt64,
        into gradient: inout [Float]
    ) throws(DenseError) -> Double {
        let expected = architecture.parameterCount
        guard parameters.count == expected, gradient.count == expected else {
            throw .wrongParameterCount(got: parameters.count, expected: expected)
        }
        guard !examples.isEmpty, examples.allSatisfy({ $0 < exampleCount }) else { throw .noExamples }
        workspace.prepare(hasMomentum: false)
        guard workspace.load(parameters) else { throw .notFinite }
        let loss = try accumulateGradient(examples, examples.startIndex..<examples.endIndex)
        guard loss.isFinite, workspace.storeGradients(to: &gradient) else { throw .diverged(step: 1) }
        return loss
    }

    private func takeStep(_ work: LocalWork, isPlain: Bool) {
        if !isPlain {
            workspace.refinements.bound(workspace.layers, work)
            if workspace.refinements.takeStep(workspace.layers) { return }
        }
        for index in workspace.layers.indices {
            hansa_dense_apply(&workspace.layers[index], work.learningRate, work.momentum, work.weightDecay)
        }
    }

    /// Sums a batch's gradient into the layers; returns its mean loss with the loads' part.
    ///
    /// The derivative by a share needs every expert's load in the batch, so all blocks are routed first.
    private func accumulateGradient(_ order: [UInt32], _ batch: Range<Int>) throws(DenseError) -> Double {
        let workspace = workspace
        for index in workspace.layers.indices { hansa_dense_clear_gradient(&workspace.layers[index]) }
        workspace.prepareRoutes(count: batch.count)
        let isOneBlock = batch.count <= workspace.rowCount
        try forEachBlock(batch) { (block) throws(DenseError) in
            try copy(order[block])
            workspace.route(rows: block.count, first: block.lowerBound - batch.lowerBound, keepsColumns: isOneBlock)
        }
        let balance = measureLoads(exampleCount: batch.count)
        var loss = 0.0
        try forEachBlock(batch) { (block) throws(DenseError) in
            if !isOneBlock {
                try copy(order[block])
                hansa_dense_forward(&workspace.layers[0], block.count, false, true)
            }
            let first = block.lowerBound - batch.lowerBound
            for expert in 0..<architecture.expertCount {
                let rows = workspace.rows(of: expert, rows: block.count, first: first)
                if rows.isEmpty { continue }
                learn(expert, rows, first: first, changes: balance.changes, exampleCount: batch.count, loss: &loss)
            }
            hansa_dense_accumulate(&workspace.layers[0], block.count)
        }
        // The router has no bias.
        workspace.layers[0].bias_gradient?.update(repeating: 0, count: workspace.layers[0].output_stride)
        return loss / Double(batch.count) + balance.loss
    }

    private func forEachBlock(
        _ batch: Range<Int>,
        _ body: (Range<Int>) throws(DenseError) -> Void
    ) throws(DenseError) {
        var start = batch.lowerBound
        while start < batch.upperBound {
            let block = start..<min(start + workspace.rowCount, batch.upperBound)
            try body(block)
            start = block.upperBound
        }
    }

    private func copy(_ examples: ArraySlice<UInt32>) throws(DenseError) {
        try DenseData.copy(
            examples,
            of: source,
            to: workspace.layers[0],
            labels: workspace.labels,
            classCount: architecture.classCount
        )
    }

    /// Counts the batch's examples by expert; α · E · Σ f P, and its derivative by a share of each expert.
    private func measureLoads(exampleCount: Int) -> (loss: Double, changes: [Float]) {
        let count = architecture.expertCount
        for expert in 0..<count { workspace.counts[expert] = 0 }
        for example in 0..<exampleCount { workspace.counts[workspace.choices[example]] += 1 }
        let factor = SwitchArchitecture.balance * Double(count)
        let examples = Double(exampleCount)
        var loss = 0.0
        var changes = [Float](repeating: 0, count: count)
        for expert in 0..<count {
            var sum = 0.0
            for example in 0..<exampleCount { sum += Double(workspace.shares[example * count + expert]) }
            let part = Double(workspace.counts[expert]) / examples
            loss += part * (sum / examples)
            changes[expert] = Float(factor * part / examples)
        }
        return (factor * loss, changes)
    }

    /// Runs one expert on its rows forth and back, and writes the derivatives by the router's scores of those rows.
    private func learn(
        _ expert: Int,
        _ rows: [Int],
        first: Int,
        changes: [Float],
        exampleCount: Int,
        loss: inout Double
    ) {
        let workspace = workspace
        workspace.run(expert, on: rows, keepsColumns: true)
        let output = workspace.layers[2 + 2 * expert]
        let router = workspace.layers[0]
        let (count, stride) = (architecture.expertCount, output.output_stride)
        guard let answers = output.output, let answerChanges = output.output_delta, let scores = workspace.head.output,
            let scoreChanges = workspace.head.output_delta, let routerChanges = router.output_delta
        else { return }
        for (place, row) in rows.enumerated() {
            let gate = workspace.shares[(first + row) * count + expert]
            for index in place * stride..<(place + 1) * stride { scores[index] = gate * answers[index] }
            workspace.ownLabels[place] = workspace.labels[row]
        }
        loss = hansa_dense_softmax_gradient(
            &workspace.head,
            rows.count,
            workspace.ownLabels,
            Float(exampleCount),
            loss,
            workspace.scratch
        )
        for (place, row) in rows.enumerated() {
            let shares = (first + row) * count
            let gate = workspace.shares[shares + expert]
            var gateChange = 0.0
            for index in place * stride..<(place + 1) * stride {
                gateChange += Double(scoreChanges[index]) * Double(answers[index])
                answerChanges[index] = gate * scoreChanges[index]
            }
            // Softmax: ∂/∂z_k = p_k (∂/∂p_k − Σ_l p_l ∂/∂p_l).
            var sum: Float = 0
            for other in 0..<count {
                let change = other == expert ? changes[other] + Float(gateChange) : changes[other]
                sum += workspace.shares[shares + other] * change
            }
            let target = routerChanges + row * router.output_stride
            for other in 0..<count {
                let change = other == expert ? changes[other] + Float(gateChange) : changes[other]
                target[other] = workspace.shares[shares + other] * (change - sum)
            }
        }
        // The derivative by the hidden units needs the weights from before the step.
        hansa_dense_backward(&workspace.layers[2 + 2 * expert], rows.count)
        hansa_dense_accumulate(&workspace.layers[2 + 2 * expert], rows.count)
        hansa_dense_accumulate(&workspace.layers[1 + 2 * expert], rows.count)
    }
}
#endif
