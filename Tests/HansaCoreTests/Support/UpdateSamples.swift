import HansaCore
import HansaNumerics
import HansaQuantization

/// Local models with the difference a test wants, and what the coordinator reads from an encoded update.
enum UpdateSamples {
    /// Uniform values in ±`range`.
    static func uniform(seed: UInt64, count: Int, range: Float) -> [Float] {
        var stream = RandomStream(seed: seed, purpose: .initialization)
        return (0..<count).map { _ in (2 * stream.nextFloat() - 1) * range }
    }

    /// Differences that try to carry an update over its norm bound, of a kind that the seed chooses.
    static func adversarial(seed: UInt64, count: Int, step: Double) -> [Float] {
        var stream = RandomStream(seed: seed, purpose: .faults)
        let step = Float(step)
        let scale = Float(sign: .plus, exponent: Int(stream.next(below: 40)) - 20, significand: 1 + stream.nextFloat())
        switch seed % 8 {
        case 0: return (0..<count).map { $0 == Int(seed) % count ? scale * 1e6 : 0 }
        case 1: return [Float](repeating: scale, count: count)
        case 2: return (0..<count).map { $0 % 2 == 0 ? step.nextDown : -step.nextUp }
        case 3: return (0..<count).map { _ in step / 2 * (stream.next32() & 1 == 0 ? 1 : -1) }
        case 4: return (0..<count).map { _ in .leastNonzeroMagnitude }
        case 5: return (0..<count).map { $0 % 2 == 0 ? 1e37 : -1e37 }
        case 6: return (0..<count).map { _ in (2 * stream.nextFloat() - 1) * scale }
        default: return (0..<count).map { Float($0) * step * 1.999 }
        }
    }

    /// The integers of each section and the flat indices they stand for.
    static func integers(
        of payload: [UInt8],
        plan: RoundPlan,
        schema: ParameterSchema
    ) throws -> [(values: [Int32], range: Range<Int>, ownStep: Double)] {
        var start = 0
        return try plan.up.map { section in
            guard case .packed(let lattice, let width) = section.encoding else { throw PlanError.malformed }
            let range = schema.parameterRange(ofBlocks: section.blocks)
            let end = start + PackedLayout.byteCount(count: range.count, width: width)
            defer { start = end }
            let values = try PackedLayout.unpack(Array(payload[start..<end]), count: range.count, width: width)
            return (values, range, lattice.ownStep)
        }
    }
}
