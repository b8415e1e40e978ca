import CHansaKernels
import HansaCore

/// One gradient step on all parameters, as `LocalWork` defines it.
///
/// v ← momentum · v + (g + decay · w), w ← w − rate · v; element by element, so padding stays zero.
struct ParameterStep {
    private let rate: Float
    private let momentum: Float
    private let decay: Float

    init(_ work: LocalWork) {
        rate = work.learningRate
        momentum = work.momentum
        decay = work.weightDecay
    }

    /// Forgets what earlier trainings left.
    func begin(_ store: ParameterStore, on engine: DNNLEngine) throws(DNNLError) {
        guard momentum != 0 else { return }
        for block in store.blocks {
            if let velocity = block.velocity {
                velocity.floats.update(repeating: 0, count: velocity.floatCount)
            } else {
                block.velocity = try DNNLMemory(block.value.descriptor, on: engine)
            }
        }
    }

    /// Sets the sums of gradients to zero.
    func clearSums(_ store: ParameterStore, on engine: DNNLEngine) throws(DNNLError) {
        for block in store.blocks {
            if let sum = block.sum {
                sum.floats.update(repeating: 0, count: sum.floatCount)
            } else {
                block.sum = try DNNLMemory(block.value.descriptor, on: engine)
            }
        }
    }

    /// Adds a piece's gradients to the sums.
    func accumulate(_ store: ParameterStore) {
        for block in store.blocks {
            guard let gradient = block.gradient?.floats, let sum = block.sum?.floats else { continue }
            hansa_gradient_add(sum, gradient, block.value.floatCount)
        }
    }

    /// Takes the step.
    ///
    /// - Parameter isSummed: whether the gradients are the sums over several pieces.
    func take(_ store: ParameterStore, isSummed: Bool) {
        for block in store.blocks {
            let values = block.value.floats
            guard let gradient = (isSummed ? block.sum : block.gradient)?.floats else { continue }
            let count = block.value.floatCount
            if let velocity = momentum == 0 ? nil : block.velocity?.floats {
                hansa_momentum_step(values, gradient, velocity, count, rate, momentum, decay)
            } else {
                hansa_gradient_step(values, gradient, count, rate, decay)
            }
        }
    }
}
