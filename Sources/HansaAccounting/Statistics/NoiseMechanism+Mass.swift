import Foundation
public import HansaPrivacy

extension NoiseMechanism {
    /// P(|z| = k) for k from 0 to `reach`, in Double: for tests of goodness of fit, never for drawing.
    ///
    /// Relative errors stay below 1e-10 where the mass is above 1e-12.
    public func masses(reach: Int) -> [Double] {
        let reach = max(0, reach)
        let single: [Double]
        switch self {
        case .discreteLaplace(let scale):
            let rate = 1 / scale.value
            single = (0...reach).map { tanh(rate / 2) * exp(-Double($0) * rate) }
        case .discreteGaussian(let variance):
            // What is beyond 12 σ is nothing beside 1.
            let far = Int(12 * variance.value.squareRoot()) + 2
            let weight = { (z: Int) in exp(-Double(z) * Double(z) / (2 * variance.value)) }
            let total = 1 + 2 * (1...far).reversed().reduce(0) { $0 + weight($1) }
            single = (0...reach).map { weight($0) / total }
        case .skellam(let variance): single = Self.skellamMasses(mean: variance.value, reach: reach)
        }
        return single.enumerated().map { $0.offset == 0 ? $0.element : 2 * $0.element }
    }

    /// e^(−µ) I_k(µ) by the downward recurrence I_(k−1) = I_(k+1) + (2k/µ) I_k, normalised to a sum of 1 (Miller).
    private static func skellamMasses(mean: Double, reach: Int) -> [Double] {
        let start = reach + Int(20 * mean.squareRoot()) + 60
        var values = [Double](repeating: 0, count: start + 2)
        values[start] = 1e-280
        for k in stride(from: start, to: 0, by: -1) {
            values[k - 1] = values[k + 1] + 2 * Double(k) / mean * values[k]
            // Scaled down where it would leave the range; what vanishes is far below every mass that counts.
            if values[k - 1] > 1e280 { for index in (k - 1)...start { values[index] *= 1e-280 } }
        }
        let total = values[0] + 2 * values[1...].reversed().reduce(0, +)
        return (0...reach).map { values[$0] / total }
    }
}
