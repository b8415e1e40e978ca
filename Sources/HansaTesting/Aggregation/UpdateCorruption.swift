import HansaAggregation
import HansaCore
import HansaNumerics
import HansaQuantization

/// The ways in which one valid update is made bad, each under the same assignment.
struct UpdateCorruption {
    var name: String
    var update: VerifiedUpdate

    /// Every corruption that the plan of the update's role leaves room for.
    static func all(of update: VerifiedUpdate, shape: AggregationShape) -> [Self] {
        guard let plan = shape.plans[update.role] else { return [] }
        return lengths(of: update) + weights(of: update, plan: plan)
            + integers(of: update, plan: plan, schema: shape.schema) + roles(of: update, shape: shape)
    }

    private static func lengths(of update: VerifiedUpdate) -> [Self] {
        var short = update
        short.payload = update.payload.dropLast()
        var long = update
        long.payload.append(0)
        var empty = update
        empty.payload = []
        return [
            Self(name: "a byte too few", update: short), Self(name: "a byte too many", update: long),
            Self(name: "no bytes", update: empty),
        ]
    }

    private static func weights(of update: VerifiedUpdate, plan: RoundPlan) -> [Self] {
        [0, -1, plan.weighting.weightMax + 1, Int64.max, Int64.min].map { weight in
            var bad = update
            bad.weight = weight
            return Self(name: "a weight of \(weight)", update: bad)
        }
    }

    private static func roles(of update: VerifiedUpdate, shape: AggregationShape) -> [Self] {
        for role in [ClientRole.trainer, .anchor, .miner] where shape.plans[role] == nil {
            var bad = update
            bad.role = role
            return [Self(name: "a role without a plan", update: bad)]
        }
        return []
    }

    /// In every section: the first and last integer just outside the lattice, and each padding bit set.
    private static func integers(of update: VerifiedUpdate, plan: RoundPlan, schema: ParameterSchema) -> [Self] {
        var corruptions: [Self] = []
        var start = 0
        for (number, section) in plan.up.enumerated() {
            guard case .packed(let lattice, let width) = section.encoding else { continue }
            let count = schema.parameterRange(ofBlocks: section.blocks).count
            let byteCount = NaivePacking.byteCount(count: count, bits: width.bits)
            var outside = [-(width.magnitudeMax + 1), -(lattice.bound + 1)]
            if lattice.bound < width.magnitudeMax { outside.append(lattice.bound + 1) }
            for index in Set([0, count - 1]) {
                for value in outside {
                    var bad = update
                    NaivePacking.write(
                        value,
                        to: &bad.payload,
                        from: start,
                        at: index,
                        count: count,
                        bits: width.bits
                    )
                    corruptions.append(
                        Self(name: "section \(number), value \(index) outside the lattice", update: bad)
                    )
                }
            }
            let usedBits = count % 512 * width.bits % 8
            if usedBits > 0 {
                for bit in usedBits..<8 {
                    var bad = update
                    bad.payload[start + byteCount - 1] |= 1 << UInt8(bit)
                    corruptions.append(Self(name: "section \(number), padding bit \(bit) set", update: bad))
                }
            }
            start += byteCount
        }
        return corruptions
    }
}
