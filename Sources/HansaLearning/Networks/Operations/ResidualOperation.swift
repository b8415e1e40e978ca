/// Where a residual block's two ways come from: their gradients meet.
final class ForkOperation: NetworkOperation {
    private let gradient: DNNLMemory
    private let branch: DNNLMemory

    /// - Parameters:
    ///   - gradient: of the block's input; the way around has written its share by then.
    ///   - branch: the share of the way through the block's layers.
    init(gradient: DNNLMemory, branch: DNNLMemory) {
        self.gradient = gradient
        self.branch = branch
    }

    func forward() throws(DNNLError) {}

    func backward() throws(DNNLError) {
        let (sum, share) = (gradient.floats, branch.floats)
        for index in 0..<gradient.floatCount { sum[index] += share[index] }
    }
}

/// Where they end: their values are added.
final class JoinOperation: NetworkOperation {
    private let branch: Tensor
    private let shortcut: Tensor
    private let output: Tensor

    /// The tensors have one layout, and the branch's gradient is the output's own memory.
    init(branch: Tensor, shortcut: Tensor, output: Tensor) {
        self.branch = branch
        self.shortcut = shortcut
        self.output = output
    }

    func forward() throws(DNNLError) {
        let (left, right, sum) = (branch.value.floats, shortcut.value.floats, output.value.floats)
        for index in 0..<output.value.floatCount { sum[index] = left[index] + right[index] }
    }

    /// The shortcut's gradient is a copy, for the branch may change the output's in place.
    func backward() throws(DNNLError) {
        guard let gradient = output.gradient, let target = shortcut.gradient else { return }
        target.floats.update(from: gradient.floats, count: gradient.floatCount)
    }
}

extension NetworkBuilder {
    /// A residual block and its output.
    func residual(_ plan: LayerPlan, input: Tensor) throws(DNNLError) -> Tensor {
        let branchGradient = try input.gradient.map { (gradient) throws(DNNLError) in
            try DNNLMemory(gradient.descriptor, on: engine)
        }
        if let gradient = input.gradient, let branchGradient {
            append(ForkOperation(gradient: gradient, branch: branchGradient))
        }
        let start = Tensor(shape: input.shape, value: input.value, gradient: branchGradient, isKept: true)
        let branch = try build(plan.inner, from: start)
        let shortcut = try reorder(build(plan.projection, from: input), to: branch.value.descriptor)
        let output = Tensor(
            shape: branch.shape,
            value: try DNNLMemory(branch.value.descriptor, on: engine),
            gradient: branch.gradient == nil && shortcut.gradient != nil
                ? try DNNLMemory(branch.value.descriptor, on: engine) : branch.gradient
        )
        append(JoinOperation(branch: branch, shortcut: shortcut, output: output))
        return output
    }
}
