import HansaAggregation
import HansaCore
import HansaNumerics
import HansaTesting
import Testing

/// A small copy of the trends of the Byzantine grid: 20 clients with skewed classes, 4 of them malicious and all-knowing.
@Suite("A small Byzantine grid")
struct ByzantineGridTests {
    static let classCount = 6
    static let featureCount = 90
    /// 6 · 90 weights and 6 biases fill the fixtures' 546 parameters that are sent.
    static let parameterCount = classCount * (featureCount + 1)

    struct Example {
        var features: [Float]
        var label: Int
    }

    /// Points around one center a class.
    static func examples(_ count: Int, label: (inout RandomStream) -> Int, seed: UInt64) -> [Example] {
        var centers = RandomStream(seed: 99, purpose: .initialization)
        let means = (0..<classCount).map { _ in (0..<featureCount).map { _ in centers.nextFloat() - 0.5 } }
        var stream = RandomStream(seed: seed, purpose: .partition)
        return (0..<count).map { _ in
            let label = label(&stream)
            let features = means[label].map { mean in
                mean + 1.6 * (stream.nextFloat() + stream.nextFloat() + stream.nextFloat() - 1.5)
            }
            return Example(features: features, label: label)
        }
    }

    static func scores(_ model: [Float], _ features: [Float]) -> [Float] {
        (0..<classCount).map { label in
            let start = label * (featureCount + 1)
            return zip(model[start..<start + featureCount], features).reduce(model[start + featureCount]) {
                $0 + $1.0 * $1.1
            }
        }
    }

    /// Five passes of softmax regression over a client's examples.
    static func update(_ model: [Float], _ examples: [Example]) -> [Float] {
        var local = model
        for _ in 0..<5 {
            var step = [Float](repeating: 0, count: parameterCount)
            for example in examples {
                let scores = scores(local, example.features)
                let largest = scores.max() ?? 0
                let powers = scores.map { Float(DeterministicMath.exp(Double($0 - largest))) }
                let total = powers.reduce(0, +)
                for label in 0..<classCount {
                    let error = (label == example.label ? 1 : 0) - powers[label] / total
                    let start = label * (featureCount + 1)
                    for index in 0..<featureCount { step[start + index] += error * example.features[index] }
                    step[start + featureCount] += error
                }
            }
            for index in local.indices { local[index] += 0.2 / Float(examples.count) * step[index] }
        }
        return zip(local, model).map { $0 - $1 }
    }

    enum Attack: String, CaseIterable {
        case none
        case scaled = "scale-10"
        case signFlip = "signflip4"
        case innerProduct = "ipm0.5"

        func update(honest mean: [Float]) -> [Float] {
            switch self {
            case .none: mean
            case .scaled: mean.map { -10 * $0 }
            case .signFlip: mean.map { -4 * $0 }
            case .innerProduct: mean.map { -0.5 * $0 }
            }
        }
    }

    /// The test accuracy after 12 rounds of 20 clients.
    static func accuracy(_ name: String, _ options: [String: StrategyOption], _ attack: Attack) throws -> Double {
        let liars = attack == .none ? 0 : 4
        // Each client has two classes in three examples of four.
        let clients = (0..<20).map { client in
            examples(
                24,
                label: { stream in
                    let own = [client % classCount, (client + 1) % classCount]
                    let uniform = Int(stream.next(below: UInt64(classCount)))
                    return stream.next(below: 4) == 0 ? uniform : own[Int(stream.next(below: 2))]
                },
                seed: 100 + UInt64(client)
            )
        }
        let held = examples(300, label: { Int($0.next(below: UInt64(classCount))) }, seed: 7)
        let range: Float = 2
        let step = Double(range / 127)
        let shape = try Fixtures.shape(RobustFixtures.plan(steps: (step, step)), cohortMax: 20)
        let strategy = try RobustFixtures.strategy(name, options)
        var model = [Float](repeating: 0, count: parameterCount)
        for _ in 0..<12 {
            var deltas = clients.dropFirst(liars).map { update(model, $0) }
            let mean = NaiveRobust.mean(deltas.map { $0.map { Double($0) } }).map { Float($0) }
            deltas = (0..<liars).map { _ in attack.update(honest: mean) } + deltas
            let updates = deltas.enumerated().map { client, delta in
                RobustFixtures.update(
                    client: UInt32(client),
                    delta.map { Int64((max(-range, min(range, $0)) / Float(step)).rounded()) }
                )
            }
            let aggregate = try RobustFixtures.report(strategy, updates, shape).delta
            let sent = aggregate[..<545] + aggregate[552...]
            model = zip(model, sent).map { $0 + $1 }
        }
        let right = held.filter { example in
            let scores = scores(model, example.features)
            return scores.firstIndex(of: scores.max() ?? 0) == example.label
        }
        return Double(right.count) / Double(held.count)
    }

    @Test("the mean dies to scaling; multi-Krum and nearest-neighbour mixing hold", arguments: Attack.allCases)
    func trends(attack: Attack) throws {
        let byzantine = ["byzantine": StrategyOption.number(4)]
        let mixed = byzantine.merging(["pre": .word("nnm")]) { own, _ in own }
        let mean = try Self.accuracy("fedavg", [:], attack)
        let multiKrum = try Self.accuracy("multi-krum", byzantine, attack)
        let trimmed = try Self.accuracy("trimmed-mean", mixed, attack)
        let krum = try Self.accuracy("krum", mixed, attack)
        let detail = "mean \(mean), multi-Krum \(multiKrum), nnm + trimmed mean \(trimmed), nnm + Krum \(krum)"
        switch attack {
        case .none, .innerProduct: #expect(mean > 0.8, "\(detail)")
        case .scaled, .signFlip: #expect(mean < 0.3, "\(detail)")
        }
        #expect(multiKrum > 0.8 && trimmed > 0.8 && krum > 0.7, "\(detail)")
    }
}
