import CHansaKernels
import HansaCore

/// One gradient step on all parameters, as `LocalWork` defines it.
///
/// Element by element but for the norm of the gradient, and with zeros giving zeros, so padding stays zero.
struct ParameterStep {
    private let work: LocalWork
    private var adam: AdamStep?

    init(_ work: LocalWork) {
        self.work = work
        adam = AdamStep(work)
    }

    /// Forgets what earlier trainings left; to be called when the store holds the round's parameters.
    func begin(_ store: ParameterStore, on engine: DNNLEngine) throws(DNNLError) {
        for block in store.blocks {
            if work.momentum != 0 { try Self.clear(&block.velocity, like: block, on: engine) }
            if adam != nil {
                try Self.clear(&block.velocity, like: block, on: engine)
                try Self.clear(&block.square, like: block, on: engine)
            }
            if work.proximal != 0 {
                if block.start == nil { block.start = try DNNLMemory(block.value.descriptor, on: engine) }
                block.start?.floats.update(from: block.value.floats, count: block.value.floatCount)
            }
        }
    }

    /// Sets the sums of gradients to zero.
    func clearSums(_ store: ParameterStore, on engine: DNNLEngine) throws(DNNLError) {
        for block in store.blocks { try Self.clear(&block.sum, like: block, on: engine) }
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
    mutating func take(_ store: ParameterStore, isSummed: Bool) {
        bound(store, isSummed: isSummed)
        adam?.begin()
        for block in store.blocks {
            guard let gradient = (isSummed ? block.sum : block.gradient)?.floats else { continue }
            if let adam, let first = block.velocity?.floats, let second = block.square?.floats {
                let count = block.value.floatCount
                adam.apply(block.value.floats, gradient: gradient, first: first, second: second, count: count)
            } else {
                descend(block, gradient)
            }
        }
    }

    /// v ← momentum · v + (g + decay · w), w ← w − rate · v.
    private func descend(_ block: ParameterStore.Block, _ gradient: UnsafeMutablePointer<Float>) {
        let (rate, momentum, decay) = (work.learningRate, work.momentum, work.weightDecay)
        let values = block.value.floats
        let count = block.value.floatCount
        if let velocity = momentum == 0 ? nil : block.velocity?.floats {
            hansa_momentum_step(values, gradient, velocity, count, rate, momentum, decay)
        } else {
            hansa_gradient_step(values, gradient, count, rate, decay)
        }
    }

    /// Adds the pull towards the round's parameters and cuts the norm, where the work asks for it.
    private func bound(_ store: ParameterStore, isSummed: Bool) {
        guard work.proximal != 0 || work.gradientNormMax != 0 else { return }
        var sum = 0.0
        for block in store.blocks {
            guard let gradient = (isSummed ? block.sum : block.gradient)?.floats else { continue }
            let start = work.proximal == 0 ? nil : block.start?.floats
            sum += hansa_gradient_bound(gradient, block.value.floats, start, block.value.floatCount, work.proximal)
        }
        guard work.gradientNormMax != 0, let factor = work.clipFactor(squaredNorm: sum) else { return }
        for block in store.blocks {
            guard let gradient = (isSummed ? block.sum : block.gradient)?.floats else { continue }
            for index in 0..<block.value.floatCount { gradient[index] *= factor }
        }
    }

    /// Sets a memory of a block's layout to zero; makes it at first use.
    private static func clear(
        _ memory: inout DNNLMemory?,
        like block: ParameterStore.Block,
        on engine: DNNLEngine
    ) throws(DNNLError) {
        if let memory {
            memory.floats.update(repeating: 0, count: memory.floatCount)
        } else {
            memory = try DNNLMemory(block.value.descriptor, on: engine)
        }
    }
}
