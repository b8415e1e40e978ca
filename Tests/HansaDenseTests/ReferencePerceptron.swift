import Glibc
import HansaCore
import HansaNumerics

/// The trainer's mathematics written plainly in double precision, dense and without blocks.
struct ReferencePerceptron {
    let widths: [Int]
    /// Per layer the weights [out][in] and the biases.
    var weights: [[[Double]]] = []
    var biases: [[Double]] = []

    init(widths: [Int], flat: [Float]) {
        self.widths = widths
        var place = 0
        for layer in 0..<widths.count - 1 {
            var matrix: [[Double]] = []
            for _ in 0..<widths[layer + 1] {
                matrix.append(flat[place..<place + widths[layer]].map(Double.init))
                place += widths[layer]
            }
            weights.append(matrix)
            biases.append(flat[place..<place + widths[layer + 1]].map(Double.init))
            place += widths[layer + 1]
        }
    }

    var flat: [Double] {
        zip(weights, biases).flatMap { matrix, bias in matrix.flatMap { $0 } + bias }
    }

    /// The class scores of one example, and the activations of every layer below.
    func forward(_ features: [Double]) -> (activations: [[Double]], scores: [Double]) {
        var activations = [features]
        for layer in weights.indices {
            var sums = biases[layer]
            for out in sums.indices {
                for (k, value) in activations[layer].enumerated() { sums[out] += value * weights[layer][out][k] }
            }
            if layer + 1 == weights.count { return (activations, sums) }
            activations.append(sums.map { max(0, $0) })
        }
        return (activations, features)
    }

    func loss(_ features: [Double], label: Int) -> Double {
        let scores = forward(features).scores
        let largest = scores.max() ?? 0
        return log(scores.reduce(0) { $0 + exp($1 - largest) }) - (scores[label] - largest)
    }

    func meanLoss(_ examples: TestExamples, _ batch: [Int]) -> Double {
        batch.reduce(0) { $0 + loss(examples.features[$1].map(Double.init), label: examples.labels[$1]) }
            / Double(batch.count)
    }

    /// The gradient of the mean loss of a batch, in flat order.
    func gradient(_ examples: TestExamples, _ batch: [Int]) -> [Double] {
        var total = self
        for layer in weights.indices {
            for out in biases[layer].indices {
                total.biases[layer][out] = 0
                for k in total.weights[layer][out].indices { total.weights[layer][out][k] = 0 }
            }
        }
        for index in batch {
            let (activations, scores) = forward(examples.features[index].map(Double.init))
            let largest = scores.max() ?? 0
            let sum = scores.reduce(0) { $0 + exp($1 - largest) }
            var delta = scores.map { exp($0 - largest) / sum / Double(batch.count) }
            delta[examples.labels[index]] -= 1 / Double(batch.count)
            for layer in weights.indices.reversed() {
                var below = [Double](repeating: 0, count: widths[layer])
                for out in delta.indices {
                    total.biases[layer][out] += delta[out]
                    for k in below.indices {
                        total.weights[layer][out][k] += delta[out] * activations[layer][k]
                        if activations[layer][k] > 0 { below[k] += delta[out] * weights[layer][out][k] }
                    }
                }
                delta = below
            }
        }
        return total.flat
    }

    /// Mini-batch SGD as `LocalWork` words it.
    mutating func train(_ examples: TestExamples, work: LocalWork, stream: RandomStream) -> Int {
        var stream = stream
        var order = Array(0..<examples.count)
        var parameters = flat
        var velocity = [Double](repeating: 0, count: parameters.count)
        var steps = 0
        let size = work.batchSize == 0 ? examples.count : Int(work.batchSize)
        for _ in 0..<work.epochs {
            if work.shuffles { stream.shuffle(&order) }
            for start in stride(from: 0, to: order.count, by: size) {
                if work.stepCountMax > 0, steps == Int(work.stepCountMax) { return steps }
                let batch = Array(order[start..<min(start + size, order.count)])
                let gradient = gradient(examples, batch)
                for i in parameters.indices {
                    velocity[i] =
                        Double(work.momentum) * velocity[i] + gradient[i] + Double(work.weightDecay) * parameters[i]
                    parameters[i] -= Double(work.learningRate) * velocity[i]
                }
                self.set(parameters)
                steps += 1
            }
        }
        return steps
    }

    mutating func set(_ parameters: [Double]) {
        var place = 0
        for layer in weights.indices {
            for out in weights[layer].indices {
                for k in weights[layer][out].indices {
                    weights[layer][out][k] = parameters[place]
                    place += 1
                }
            }
            for out in biases[layer].indices {
                biases[layer][out] = parameters[place]
                place += 1
            }
        }
    }
}
