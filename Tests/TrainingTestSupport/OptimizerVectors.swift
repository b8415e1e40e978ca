import Foundation
package import HansaCore

/// Vectors of Scripts/vectors/local_optimizers.py, which both trainers have to agree with.
package struct OptimizerVectors: Decodable {
    package struct Vector: Decodable, Sendable {
        package var name: String
        var optimizer: String
        var rate: Float
        var momentum: Float
        var decay: Float
        var betas: [Float]
        var epsilon: Float
        var clip: Float
        var proximal: Float
        package var examples: [[Float]]
        package var labels: [Int]
        package var start: [Float]
        package var trained: [Double]
        package var meanLoss: Double

        package func work(_ vectors: OptimizerVectors) -> LocalWork {
            let moments = AdamMoments(beta1: betas[0], beta2: betas[1], epsilon: epsilon)
            return LocalWork(
                epochs: vectors.epochs,
                batchSize: vectors.batch,
                learningRate: rate,
                momentum: momentum,
                weightDecay: decay,
                shuffles: false,
                optimizer: optimizer == "adam" ? .adam(moments) : optimizer == "adamw" ? .adamW(moments) : .sgd,
                gradientNormMax: clip,
                proximal: proximal
            )
        }
    }

    package var widths: [Int]
    var batch: UInt32
    var epochs: UInt32
    package var cases: [Vector]

    package static func load() throws -> Self {
        let url = Bundle.module.bundleURL.appendingPathComponent("Vectors/local_optimizers.json")
        return try JSONDecoder().decode(Self.self, from: Data(contentsOf: url))
    }
}

extension OptimizerVectors.Vector: CustomStringConvertible {
    package var description: String { name }
}
