public import HansaAggregation
import HansaCore
import HansaNumerics
import HansaQuantization

/// The updates of a cohort as plain vectors, with products in plain loops over 128-bit integers.
///
/// It checks nothing and takes every update to be valid.
public struct NaiveUpdates: Sendable {
    /// Every update's parameters, 0 for `local` blocks; exact while a step's significand and the integer fit 53 bits.
    public let values: [[Double]]
    /// The same in integers of the finest step.
    public let integers: [[Int128]]
    /// The finest step of every parameter; 0 for `local` blocks.
    public let steps: [Double]

    public init(shape: AggregationShape, updates: [VerifiedUpdate]) {
        var steps = [Double](repeating: 0, count: shape.schema.count)
        var integers: [[Int128]] = []
        for update in updates {
            var row = [Int128](repeating: 0, count: shape.schema.count)
            var start = 0
            for section in shape.plans[update.role]?.up ?? [] {
                guard case .packed(let lattice, let width) = section.encoding else { continue }
                let parameters = shape.schema.parameterRange(ofBlocks: section.blocks)
                let end = start + NaivePacking.byteCount(count: parameters.count, bits: width.bits)
                for (index, parameter) in parameters.enumerated() {
                    let bytes = update.payload[start..<end]
                    let q = NaivePacking.read(bytes, at: index, count: parameters.count, bits: width.bits)
                    row[parameter] = Int128(q) << Int128(lattice.shift)
                    steps[parameter] = lattice.step
                }
                start = end
            }
            integers.append(row)
        }
        self.integers = integers
        self.steps = steps
        values = integers.map { row in zip(row, steps).map { Double($0) * $1 } }
    }

    /// ⟨i, j⟩: one exact sum for each step.
    public func product(_ i: Int, _ j: Int, over parameters: [Int]? = nil) -> Double {
        sum(over: parameters) { integers[i][$0] * integers[j][$0] }
    }

    /// ‖i − j‖²: one exact sum for each step.
    public func squaredDistance(_ i: Int, _ j: Int, over parameters: [Int]? = nil) -> Double {
        sum(over: parameters) {
            let difference = integers[i][$0] - integers[j][$0]
            return difference * difference
        }
    }

    /// Σ_k c_k · Δ_k.
    public func combination(_ coefficients: [Double]) -> [Double] {
        steps.indices.map { parameter in
            zip(coefficients, values).reduce(0) { $0 + $1.0 * $1.1[parameter] }
        }
    }

    /// The means of some updates each.
    public func mixed(_ members: [[Int]]) -> [[Double]] {
        members.map { members in
            steps.indices.map { parameter in
                Double(members.reduce(Int128(0)) { $0 + integers[$1][parameter] }) * steps[parameter]
                    / Double(members.count)
            }
        }
    }

    private func sum(over parameters: [Int]?, _ term: (Int) -> Int128) -> Double {
        var order: [Double] = []
        var sums: [Double: Int128] = [:]
        for (parameter, step) in steps.enumerated() where step != 0 {
            if sums[step] == nil { order.append(step) }
            sums[step, default: 0] += 0
            if parameters?.contains(parameter) ?? true { sums[step, default: 0] += term(parameter) }
        }
        return order.reduce(0) { $0 + $1 * $1 * Double(sums[$1] ?? 0) }
    }
}
