import Foundation

@testable import HansaPrivacy

/// The probabilities of a mechanism's values, in Double, by other formulas than the sampler's.
struct ExactLaw {
    /// P(0), P(±1), P(±2), … up to where less than 1e-14 is left; each is the probability of one sign.
    let probabilities: [Double]

    init(_ mechanism: NoiseMechanism) {
        let parameter = mechanism.parameter.value
        switch mechanism {
        case .discreteLaplace:
            // (1 - q) / (1 + q) · q^|z|, with 1 - q of full precision.
            let first = -expm1(-1 / parameter) / (1 + exp(-1 / parameter))
            let count = Int(36 * parameter) + 3
            probabilities = (0..<count).map { first * exp(-Double($0) / parameter) }
        case .discreteGaussian:
            let count = Int(9 * parameter.squareRoot()) + 3
            let weights = (0..<count).map { exp(-Double($0) * Double($0) / (2 * parameter)) }
            let sum = 2 * weights.dropFirst().reversed().reduce(0, +) + weights[0]
            probabilities = weights.map { $0 / sum }
        case .skellam:
            // e^(-v) I_k(v) by Miller's backward recurrence I_(k-1) = I_(k+1) + 2k/v · I_k, and I_0 + 2 Σ I_k = e^v.
            let count = Int(9 * parameter.squareRoot()) + 40
            var values = [Double](repeating: 0, count: 2 * count + 2)
            values[2 * count] = 1e-280
            for k in stride(from: 2 * count, to: 0, by: -1) {
                values[k - 1] = values[k + 1] + 2 * Double(k) / parameter * values[k]
                if values[k - 1] > 1e200 { for later in (k - 1)..<values.count { values[later] *= 1e-250 } }
            }
            let sum = 2 * values.dropFirst().reversed().reduce(0, +) + values[0]
            probabilities = values.prefix(count).map { $0 / sum }
        }
    }

    func moment(_ order: Double) -> Double {
        probabilities.enumerated().dropFirst().reversed().reduce(0) {
            $0 + 2 * pow(Double($1.offset), order) * $1.element
        }
    }
}
