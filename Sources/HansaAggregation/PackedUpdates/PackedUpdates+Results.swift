import HansaCore
import HansaNumerics
import HansaQuantization

extension PackedUpdates {
    /// Float(Σ_k c_k · Δ_k) for every parameter, and 0 for `local` blocks: the terms in Double, in the order of ``updates``.
    ///
    /// Each term is Double(q) · (c_k · step), the product in brackets rounded once; a coefficient of 0 is left out.
    public func combination(_ coefficients: [Double]) -> [Float] {
        precondition(coefficients.count == count, "one coefficient an update")
        var result = [Float](repeating: 0, count: shape.schema.count)
        var sums: [Double] = []
        forEachBlock { block in
            sums.removeAll(keepingCapacity: true)
            sums.append(contentsOf: repeatElement(0, count: block.parameters.count))
            for (update, coefficient) in coefficients.enumerated() where coefficient != 0 {
                let factor = coefficient * block.step(of: update)
                let row = block.row(update)
                for index in row.indices { sums[index] += Double(row[index]) * factor }
            }
            for (index, parameter) in block.parameters.enumerated() { result[parameter] = Float(sums[index]) }
        }
        return result
    }

    /// The mean of updates with integer weights, exact up to one rounding: Float(Double(Σ_k n_k q_k) · (step / divisor)),
    /// the bits that ``MeanAggregator`` would give.
    ///
    /// - Parameters:
    ///   - weights: n_k of each update, at least 0; one of 0 is left out. Refused where a sum could pass 62 bits.
    ///   - divisor: finite and above 0; the sum of the weights, for a mean.
    public func mean(weights: [Int64], divisor: Double) throws(AggregationError) -> [Float] {
        precondition(weights.count == count, "one weight an update")
        let total = weights.reduce(Int128(0)) { $0 + Int128($1) }
        // In units of the finest step, as the sum is.
        let largest = layout.pieces.values.joined().map { Int128($0.lattice.bound) << Int128($0.lattice.shift) }.max()
        guard total > 0, weights.allSatisfy({ $0 >= 0 }), total < 1 << Int128(SumBound.bitCountMax),
            total * (largest ?? 0) < 1 << Int128(SumBound.bitCountMax)
        else { throw total == 0 ? .empty : .shapeMismatch }
        var sum = try LatticeSum(shape: shape)
        for (update, weight) in zip(updates, weights) where weight > 0 {
            sum.add(update.payload, of: update.role, weight: weight)
        }
        return sum.mean(divisor: divisor, parameterCount: shape.schema.count)
    }

    /// ⟨Δ_k, v⟩ for every update: Double(q) · Double(v) added in the order of the parameters, each block's sum times the
    /// update's step.
    ///
    /// - Parameter vector: as many numbers as the model has parameters.
    public func innerProducts(with vector: [Float], over ranges: [Range<Int>]? = nil) -> [Double] {
        precondition(vector.count == shape.schema.count, "a number for each parameter")
        var results = [Double](repeating: 0, count: count)
        forEachBlock(in: ranges) { block in
            for update in 0..<count {
                let row = block.row(update)
                var sum = 0.0
                for (index, parameter) in block.parameters.enumerated() {
                    sum += Double(row[index]) * Double(vector[parameter])
                }
                results[update] += sum * block.step(of: update)
            }
        }
        return results
    }
}
