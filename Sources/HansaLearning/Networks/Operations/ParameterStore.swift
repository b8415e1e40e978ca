import CDNNL
import CHansaKernels

/// A network's parameters and gradients in the layouts that its primitives work in.
///
/// The first program of a workspace chooses the layouts; later ones take them. Padding that a layout adds is zero, and
/// stays zero, because its gradients are.
final class ParameterStore {
    /// One block.
    final class Block {
        let value: DNNLMemory
        /// Nil where nothing learns, and for blocks that no gradient changes.
        let gradient: DNNLMemory?
        /// The sum of gradients over the pieces of a batch, and what the optimizer remembers; made at first use.
        var sum: DNNLMemory?
        var velocity: DNNLMemory?
        /// Adam's second moment; the first is ``velocity``.
        var square: DNNLMemory?
        /// The round's parameters, which FedProx pulls towards.
        var start: DNNLMemory?
        fileprivate let flat: DNNLMemory
        fileprivate let load: DNNLPrimitive
        fileprivate let store: DNNLPrimitive
        /// Copies ``sum``; made at first use.
        fileprivate var storeSum: DNNLPrimitive?

        fileprivate init(
            _ parameter: NetworkParameter,
            _ descriptor: DNNLDescriptor,
            learns: Bool,
            on engine: DNNLEngine
        ) throws(DNNLError) {
            value = try DNNLMemory(descriptor, on: engine)
            gradient = learns && parameter.isLearned ? try DNNLMemory(descriptor, on: engine) : nil
            flat = try DNNLMemory(elsewhere: ParameterStore.plain(parameter), on: engine)
            load = try DNNLPrimitive(copying: flat, to: value, on: engine)
            store = try DNNLPrimitive(copying: value, to: flat, on: engine)
        }
    }

    private let parameters: [NetworkParameter]
    private let learns: Bool
    private let engine: DNNLEngine
    private var made: [Block?]

    init(_ parameters: [NetworkParameter], learns: Bool, on engine: DNNLEngine) {
        self.parameters = parameters
        self.learns = learns
        self.engine = engine
        made = [Block?](repeating: nil, count: parameters.count)
    }

    /// All blocks, once a program was built.
    var blocks: [Block] { made.compactMap { $0 } }

    /// The layout of a block: the one that was chosen, or the primitive's choice.
    func layout(of index: Int) throws(DNNLError) -> DNNLDescriptor {
        if let block = made[index] { return block.value.descriptor }
        let shape = parameters[index].shape
        return try DNNLDescriptor(shape, layout: shape.count == 1 ? dnnl_a : dnnl_format_tag_any)
    }

    /// The block in row-major order.
    func plainBlock(_ index: Int) throws(DNNLError) -> Block {
        try block(index, layout: Self.plain(parameters[index]))
    }

    /// The block, made in this layout unless it is there already.
    func block(_ index: Int, layout: DNNLDescriptor) throws(DNNLError) -> Block {
        if let block = made[index] { return block }
        let block = try Block(parameters[index], layout, learns: learns, on: engine)
        made[index] = block
        return block
    }

    /// Takes parameters in flat order; false where one is not finite.
    func load(_ flat: [Float]) throws(DNNLError) -> Bool {
        var isFinite = true
        var failure: DNNLError?
        flat.withUnsafeBufferPointer { flat in
            guard let base = flat.baseAddress else { return }
            isFinite = hansa_all_finite(base, flat.count)
            failure = each(UnsafeMutablePointer(mutating: base)) { (block) throws(DNNLError) in try block.load.run() }
        }
        if let failure { throw failure }
        return isFinite
    }

    /// Writes the parameters in flat order, if all are finite; otherwise returns false.
    func store(to flat: inout [Float]) throws(DNNLError) -> Bool {
        for block in blocks where !hansa_all_finite(block.value.floats, block.value.floatCount) { return false }
        var failure: DNNLError?
        flat.withUnsafeMutableBufferPointer { flat in
            guard let base = flat.baseAddress else { return }
            failure = each(base) { (block) throws(DNNLError) in try block.store.run() }
        }
        if let failure { throw failure }
        return true
    }

    /// Writes the sums of gradients in flat order, if all are finite; otherwise returns false.
    ///
    /// What is no gradient, such as a running mean, is written as 0.
    func storeSums(to flat: inout [Float]) throws(DNNLError) -> Bool {
        var failure: DNNLError?
        flat.withUnsafeMutableBufferPointer { flat in
            guard let base = flat.baseAddress else { return }
            flat.update(repeating: 0)
            let engine = self.engine
            failure = each(base) { (block) throws(DNNLError) in
                guard block.gradient != nil, let sum = block.sum else { return }
                if block.storeSum == nil {
                    block.storeSum = try DNNLPrimitive(copying: sum, to: block.flat, on: engine)
                }
                try block.storeSum?.run()
            }
        }
        if let failure { throw failure }
        return flat.withUnsafeBufferPointer { hansa_all_finite($0.baseAddress, $0.count) }
    }

    /// Does something with each block while its flat tensor lies at its place behind `base`.
    private func each(
        _ base: UnsafeMutablePointer<Float>,
        _ body: (Block) throws(DNNLError) -> Void
    ) -> DNNLError? {
        var place = base
        for (parameter, block) in zip(parameters, blocks) {
            do throws(DNNLError) {
                try block.flat.move(to: place)
                try body(block)
            } catch {
                return error
            }
            place += parameter.count
        }
        return nil
    }

    private static func plain(_ parameter: NetworkParameter) throws(DNNLError) -> DNNLDescriptor {
        try .plain(parameter.shape)
    }
}
