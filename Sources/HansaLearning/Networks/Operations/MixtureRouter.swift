import Glibc

/// The router of a mixture: shares, choices and the loss that evens out loads.
///
/// Tokens that no expert has room for are left out; padding rows are no tokens.
final class MixtureRouter {
    private let mixture: ExpertMixture
    private let weights: ParameterStore.Block
    private let inputCount: Int
    private let limits: Bool
    /// By token and expert: softmax(G x), and on the way back the loss's derivative by it, then by G x.
    private let shares: DNNLMemory
    private let changes: DNNLMemory

    /// The choices of each token, best first: the expert, and its place in the expert's queue or −1.
    private var choices: [Int]
    private var places: [Int]
    /// How many tokens have each expert as their first choice, and how many each takes.
    private var firstCounts: [Int]
    private var takenCounts: [Int]

    /// The place in the queue of all experts, one behind the other, at which each begins; at the end, the number of all.
    private(set) var starts: [Int]
    /// The token at each place, and its share.
    private(set) var tokens: [Int]
    private(set) var gates: [Float]
    /// α · experts · Σ f P over the last batch.
    private(set) var penalty = 0.0

    /// - Parameter tokenCount: the most tokens of a batch.
    init(
        _ mixture: ExpertMixture,
        weights: ParameterStore.Block,
        tokenCount: Int,
        inputCount: Int,
        in builder: NetworkBuilder
    ) throws(DNNLError) {
        self.mixture = mixture
        self.weights = weights
        self.inputCount = inputCount
        limits = builder.learns && mixture.capacityFactor != nil
        shares = try DNNLMemory(.plain([tokenCount * mixture.expertCount]), on: builder.engine)
        changes = try DNNLMemory(.plain([tokenCount * mixture.expertCount]), on: builder.engine)
        let count = tokenCount * mixture.topCount
        choices = [Int](repeating: 0, count: count)
        places = [Int](repeating: 0, count: count)
        tokens = [Int](repeating: 0, count: count)
        gates = [Float](repeating: 0, count: count)
        firstCounts = [Int](repeating: 0, count: mixture.expertCount)
        takenCounts = [Int](repeating: 0, count: mixture.expertCount)
        starts = [Int](repeating: 0, count: mixture.expertCount + 1)
    }

    /// Deals out tokens, [count, inputs], over the experts.
    func route(_ input: UnsafeMutablePointer<Float>, count: Int) throws(DNNLError) {
        let expertCount = mixture.expertCount
        for expert in 0..<expertCount {
            firstCounts[expert] = 0
            takenCounts[expert] = 0
        }
        penalty = 0
        if count > 0 {
            try DNNLProduct.run(
                input,
                weights.value.floats,
                to: shares.floats,
                rows: count,
                columns: expertCount,
                inner: inputCount,
                transposesRight: true
            )
        }
        for token in 0..<count {
            Self.softmax(shares.floats + token * expertCount, expertCount)
            choose(token)
        }
        queue(count)
        guard count > 0, mixture.balance > 0 else { return }
        for expert in 0..<expertCount {
            var sum = 0.0
            for token in 0..<count { sum += Double(shares.floats[token * expertCount + expert]) }
            penalty += Double(firstCounts[expert]) / Double(count) * (sum / Double(count))
        }
        penalty *= mixture.balance * Double(expertCount)
    }

    private static func softmax(_ row: UnsafeMutablePointer<Float>, _ count: Int) {
        var largest = row[0]
        for index in 1..<count { largest = max(largest, row[index]) }
        var sum = 0.0
        for index in 0..<count {
            let value = exp(Double(row[index] - largest))
            row[index] = Float(value)
            sum += value
        }
        for index in 0..<count { row[index] = Float(Double(row[index]) / sum) }
    }

    /// The experts with the largest shares; of equal ones the first.
    private func choose(_ token: Int) {
        let row = shares.floats + token * mixture.expertCount
        let first = token * mixture.topCount
        for rank in 0..<mixture.topCount {
            var best = -1
            for expert in 0..<mixture.expertCount {
                var isTaken = false
                for earlier in first..<first + rank where choices[earlier] == expert { isTaken = true }
                if !isTaken, best < 0 || row[expert] > row[best] { best = expert }
            }
            choices[first + rank] = best
        }
        firstCounts[choices[first]] += 1
    }

    private func queue(_ count: Int) {
        let (top, expertCount) = (mixture.topCount, mixture.expertCount)
        var capacity = Int.max
        if limits, let factor = mixture.capacityFactor {
            // At most 2^8 · 2^26 · 10^6.
            capacity = Int((Double(top * count) / Double(expertCount) * factor).rounded(.up))
        }
        for rank in 0..<top {
            for token in 0..<count {
                let expert = choices[token * top + rank]
                places[token * top + rank] = takenCounts[expert] < capacity ? takenCounts[expert] : -1
                if takenCounts[expert] < capacity { takenCounts[expert] += 1 }
            }
        }
        for expert in 0..<expertCount { starts[expert + 1] = starts[expert] + takenCounts[expert] }
        for choice in 0..<count * top where places[choice] >= 0 {
            let expert = choices[choice]
            places[choice] += starts[expert]
            tokens[places[choice]] = choice / top
            gates[places[choice]] = shares.floats[choice / top * expertCount + expert]
        }
    }

    /// Computes the gradient of the weights, and adds its share to that of the input.
    ///
    /// - Parameters:
    ///   - gateChanges: the loss's derivative by the share at each place of the queue.
    ///   - weight: the part of the whole batch's loss that the mean over these tokens is.
    func backward(
        _ input: UnsafeMutablePointer<Float>,
        inputChange: UnsafeMutablePointer<Float>?,
        gateChanges: UnsafePointer<Float>,
        count: Int,
        weight: Double
    ) throws(DNNLError) {
        guard let gradient = weights.gradient else { return }
        guard count > 0 else { return gradient.floats.update(repeating: 0, count: gradient.floatCount) }
        let (top, expertCount) = (mixture.topCount, mixture.expertCount)
        let factor = weight * mixture.balance * Double(expertCount) / Double(count * count)
        for token in 0..<count {
            let (row, change) = (shares.floats + token * expertCount, changes.floats + token * expertCount)
            for expert in 0..<expertCount { change[expert] = Float(factor * Double(firstCounts[expert])) }
            for choice in token * top..<(token + 1) * top where places[choice] >= 0 {
                change[choices[choice]] += gateChanges[places[choice]]
            }
            var sum: Float = 0
            for expert in 0..<expertCount { sum += row[expert] * change[expert] }
            for expert in 0..<expertCount { change[expert] = row[expert] * (change[expert] - sum) }
        }
        try DNNLProduct.run(
            changes.floats,
            input,
            to: gradient.floats,
            rows: expertCount,
            columns: inputCount,
            inner: count,
            transposesLeft: true
        )
        guard let inputChange else { return }
        try DNNLProduct.run(
            changes.floats,
            weights.value.floats,
            to: inputChange,
            rows: count,
            columns: inputCount,
            inner: expertCount,
            adds: true
        )
    }
}
