import FuzzDriver
import Glibc
import HansaCore
import HansaNumerics
import HansaQuantization

/// An update that passes as on the lattice must have the length that the plan gives; nothing may make the check read beyond it.
func examine(_ bytes: [UInt8]) {
    guard bytes.count >= 4 else { return }
    let count = 1 + (Int(bytes[0]) | Int(bytes[1]) << 8) % 1_500
    guard let width = try? BitWidth(2 + Int(bytes[2]) % 31),
        let lattice = try? Lattice(
            step: 0x1p-10,
            shift: Int(bytes[3]) % 31,
            bound: min(width.magnitudeMax, 1 + Int64(bytes[3]))
        ),
        let schema = try? ParameterSchema([ParameterBlock(name: "w", shape: [count])])
    else { return }
    let plan = RoundPlan(
        run: RunID(high: 1, low: 2),
        round: 1,
        attempt: 0,
        model: SHA256Digest(hashing: []),
        modelVersion: 0,
        work: LocalWork(
            epochs: 1,
            batchSize: 0,
            learningRate: 0.5,
            momentum: 0,
            weightDecay: 0,
            shuffles: false,
            stepCountMax: 0
        ),
        weighting: .uniform,
        clip: .none,
        down: [SectionPlan(blocks: 0..<1, encoding: .float32)],
        up: [SectionPlan(blocks: 0..<1, encoding: .packed(lattice, width))],
        deadlineMilliseconds: 1
    )
    let due = plan.updateByteCount(schema: schema)
    let payload = Array(bytes.dropFirst(4).prefix(due))
    let whole = payload + [UInt8](repeating: 0, count: due - payload.count)
    for candidate in [Array(bytes.dropFirst(4)), whole] {
        let isTaken = UpdatePipeline.isOnLattice(candidate, plan: plan, schema: schema)
        precondition(!isTaken || candidate.count == due, "an update of another length passed")
    }
}

exit(
    hansa_fuzz { start, byteCount in
        examine(Array(UnsafeBufferPointer(start: start, count: byteCount)))
        return 0
    }
)
