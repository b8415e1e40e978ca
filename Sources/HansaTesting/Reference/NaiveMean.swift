public import HansaAggregation
import HansaCore
import HansaNumerics
import HansaQuantization

/// The weighted mean in plain loops over 128-bit integers: what `MeanAggregator` must equal to the bit.
///
/// It checks nothing and takes every update to be valid.
public struct NaiveMean: Sendable {
    private let shape: AggregationShape
    private let denominator: MeanDenominator
    /// Σ_k n_k q_k 2^shift of every parameter, in units of its section's finest step.
    public private(set) var sums: [Int128]
    /// The finest step of every parameter's section; 0 for `local` blocks.
    public private(set) var steps: [Double]
    public private(set) var totalWeight: Int64 = 0
    public private(set) var updateCount = 0

    public init(shape: AggregationShape, denominator: MeanDenominator = .realisedWeight) {
        self.shape = shape
        self.denominator = denominator
        sums = [Int128](repeating: 0, count: shape.schema.count)
        steps = [Double](repeating: 0, count: shape.schema.count)
    }

    public mutating func accumulate(_ update: VerifiedUpdate) {
        guard let plan = shape.plans[update.role] else { return }
        var start = 0
        for section in plan.up {
            guard case .packed(let lattice, let width) = section.encoding else { continue }
            let parameters = shape.schema.parameterRange(ofBlocks: section.blocks)
            let end = start + NaivePacking.byteCount(count: parameters.count, bits: width.bits)
            for (index, parameter) in parameters.enumerated() {
                let q = NaivePacking.read(
                    update.payload[start..<end],
                    at: index,
                    count: parameters.count,
                    bits: width.bits
                )
                sums[parameter] += Int128(q) * (1 << Int128(lattice.shift)) * Int128(update.weight)
                steps[parameter] = lattice.step
            }
            start = end
        }
        totalWeight += update.weight
        updateCount += 1
    }

    public func report() -> Aggregate {
        let divisor: Double =
            switch denominator {
            case .realisedWeight: Double(totalWeight)
            case .constant(let value): value
            }
        let delta = zip(sums, steps).map { sum, step in Float(Double(sum) * (step / divisor)) }
        return Aggregate(delta: delta, updateCount: updateCount, totalWeight: totalWeight)
    }
}
