import HansaNumerics

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

    /// The unweighted mean of some updates, by their numbers and each as often as it is named, exact up to one rounding:
    /// the bits that ``MeanAggregator`` would give for them with weights of 1.
    public func mean(of members: [Int]) throws(AggregationError) -> [Float] {
        guard !members.isEmpty else { throw .empty }
        var sum = try LatticeSum(shape: shape)
        for member in members { sum.add(updates[member].payload, of: updates[member].role, weight: 1) }
        return sum.mean(divisor: Double(members.count), parameterCount: shape.schema.count)
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
