/// A mixture of experts over the tokens of a batch, which lie one behind the other, [tokens, width].
final class MixtureOperation: NetworkOperation {
    private let input: Tensor
    private let output: Tensor
    private let router: MixtureRouter
    private let experts: [MixtureExpert]
    private let rows: BatchRows
    /// The most tokens, and how many an example has.
    private let tokenCount: Int
    private let tokensPerExample: Int
    private let inputCount: Int
    private let outputCount: Int
    /// The rows of all experts' queues, one behind the other, and the loss's derivative by them.
    private let queue: [DNNLMemory]
    private let changes: [DNNLMemory]
    private let gateChanges: DNNLMemory

    /// How many tokens each expert has learned from since the last reset.
    private(set) var loads: [Int]
    /// The loss that evens out loads, over the last batch.
    var penalty: Double { router.penalty }

    init(
        _ mixture: ExpertMixture,
        first: Int,
        input: Tensor,
        output: Tensor,
        in builder: NetworkBuilder
    ) throws(DNNLError) {
        self.input = input
        self.output = output
        rows = builder.rows
        inputCount = input.shape.channelCount
        outputCount = output.shape.channelCount
        tokensPerExample = input.shape.count / inputCount
        tokenCount = builder.batch * tokensPerExample
        router = try MixtureRouter(
            mixture,
            weights: builder.store.plainBlock(first),
            tokenCount: tokenCount,
            inputCount: inputCount,
            in: builder
        )
        var experts: [MixtureExpert] = []
        var next = first + 1
        for _ in 0..<mixture.expertCount {
            let (expert, count) = try Self.expert(mixture, next, inputCount, outputCount, builder.store)
            experts.append(expert)
            next += count
        }
        self.experts = experts
        let count = tokenCount * mixture.topCount
        let widths = [inputCount, mixture.innerCount, outputCount]
        queue = try Self.buffers(widths, count: count, on: builder.engine)
        changes = try Self.buffers(widths, count: builder.learns ? count : 1, on: builder.engine)
        gateChanges = try DNNLMemory(.plain([count]), on: builder.engine)
        loads = [Int](repeating: 0, count: mixture.expertCount)
    }

    private static func buffers(
        _ widths: [Int],
        count: Int,
        on engine: DNNLEngine
    ) throws(DNNLError) -> [DNNLMemory] {
        var memories: [DNNLMemory] = []
        for width in widths { memories.append(try DNNLMemory(.plain([count * width]), on: engine)) }
        return memories
    }

    /// An expert and how many blocks it has.
    private static func expert(
        _ mixture: ExpertMixture,
        _ first: Int,
        _ inputCount: Int,
        _ outputCount: Int,
        _ store: ParameterStore
    ) throws(DNNLError) -> (MixtureExpert, Int) {
        let hasBiases = if case .dense = mixture.expert { true } else { false }
        let expert = MixtureExpert(
            inputCount: inputCount,
            innerCount: mixture.innerCount,
            outputCount: outputCount,
            first: try store.plainBlock(first),
            second: try store.plainBlock(first + (hasBiases ? 2 : 1)),
            biases: hasBiases ? (try store.plainBlock(first + 1), try store.plainBlock(first + 3)) : nil
        )
        return (expert, hasBiases ? 4 : 2)
    }

    func resetLoads() {
        for index in loads.indices { loads[index] = 0 }
    }

    private var usedCount: Int { min(rows.count * tokensPerExample, tokenCount) }

    /// The rows of an expert's queue.
    private func part(_ memories: [DNNLMemory], _ expert: Int) -> MixtureExpert.Rows {
        let start = router.starts[expert]
        return MixtureExpert.Rows(
            input: memories[0].floats + start * inputCount,
            inner: memories[1].floats + start * experts[expert].innerCount,
            output: memories[2].floats + start * outputCount
        )
    }

    func forward() throws(DNNLError) {
        let (source, target) = (input.value.floats, output.value.floats)
        try router.route(source, count: usedCount)
        let count = router.starts[experts.count]
        for place in 0..<count {
            (queue[0].floats + place * inputCount).update(
                from: source + router.tokens[place] * inputCount,
                count: inputCount
            )
        }
        for (index, expert) in experts.enumerated() {
            try expert.forward(part(queue, index), count: router.starts[index + 1] - router.starts[index])
        }
        target.update(repeating: 0, count: tokenCount * outputCount)
        for place in 0..<count {
            let (from, gate) = (queue[2].floats + place * outputCount, router.gates[place])
            let to = target + router.tokens[place] * outputCount
            for index in 0..<outputCount { to[index] += gate * from[index] }
        }
    }

    func backward() throws(DNNLError) {
        guard let change = output.gradient?.floats else { return }
        let count = router.starts[experts.count]
        for place in 0..<count {
            let from = change + router.tokens[place] * outputCount
            let own = queue[2].floats + place * outputCount
            let to = changes[2].floats + place * outputCount
            var sum: Float = 0
            for index in 0..<outputCount {
                sum += from[index] * own[index]
                to[index] = router.gates[place] * from[index]
            }
            gateChanges.floats[place] = sum
        }
        for (index, expert) in experts.enumerated() {
            let count = router.starts[index + 1] - router.starts[index]
            try expert.backward(part(queue, index), part(changes, index), count: count)
            loads[index] += count
        }
        let target = input.gradient?.floats
        if let target {
            target.update(repeating: 0, count: tokenCount * inputCount)
            for place in 0..<count {
                let (from, to) = (changes[0].floats + place * inputCount, target + router.tokens[place] * inputCount)
                for index in 0..<inputCount { to[index] += from[index] }
            }
        }
        try router.backward(
            input.value.floats,
            inputChange: target,
            gateChanges: gateChanges.floats,
            count: usedCount,
            weight: Double(rows.count) / Double(rows.divisor)
        )
    }
}

extension NetworkBuilder {
    /// A mixture of experts and its output.
    func mixture(_ mixture: ExpertMixture, _ plan: LayerPlan, input: Tensor) throws(DNNLError) -> Tensor {
        var source = input
        if case .sequence = input.shape {
            source = try reorder(input, to: plain(input.shape))
        } else {
            source = try flatten(input)
        }
        let output = try tensor(plan.output, layout: plain(plan.output), hasGradient: learns)
        append(try MixtureOperation(mixture, first: plan.first, input: source, output: output, in: self))
        return output
    }
}
