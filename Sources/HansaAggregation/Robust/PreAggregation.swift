import HansaCore
import HansaNumerics

/// What mixes a cohort's updates before a robust rule sees them, so that honest clients with different data look alike.
public enum PreAggregation: Hashable, Sendable {
    /// The rule sees the updates themselves.
    case none
    /// Nearest-neighbour mixing: every update becomes the mean of its n − f nearest ones, itself among them.
    ///
    /// - seealso: Allouah et al. 2023, "Fixing by mixing" (arXiv:2302.01772), algorithm 2.
    case nearestNeighbourMixing(byzantine: Int)
    /// Bucketing: a random order is cut into buckets of so many updates, and each becomes its mean; the last may hold fewer.
    ///
    /// The order is drawn from the run, the round and the attempt, all of them public: a departure from the paper, whose
    /// order nobody can foresee.
    /// - seealso: Karimireddy, He, Jaggi 2022 (arXiv:2006.09365), algorithm 1.
    case bucketing(size: Int)

    /// How many rows come of so many updates.
    func rowCount(of updateCount: Int) -> Int {
        switch self {
        case .none, .nearestNeighbourMixing: updateCount
        case .bucketing(let size): updateCount / size + (updateCount % size == 0 ? 0 : 1)
        }
    }

    /// The fewest updates of which so many rows come.
    func updateCount(forRows rowCount: Int) -> Int {
        switch self {
        case .none: rowCount
        // A majority must be honest, or the nearest are chosen by liars.
        case .nearestNeighbourMixing(let byzantine): max(rowCount, 2 * byzantine + 1)
        case .bucketing(let size): (rowCount - 1) * size + 1
        }
    }

    /// The updates of each row, by their numbers.
    func members(of updates: PackedUpdates, gram: GramMatrix?) -> [[Int]] {
        let all = Array(0..<updates.count)
        switch self {
        case .none: return all.map { [$0] }
        case .nearestNeighbourMixing(let byzantine):
            guard let gram else { return all.map { [$0] } }
            return all.map { row in
                let distances = all.map { gram.squaredDistance(row, $0) }
                // The row itself first, then by distance; the earlier assignment wins a tie.
                let order = all.sorted { left, right in
                    if (left == row) != (right == row) { return left == row }
                    return (distances[left], left) < (distances[right], right)
                }
                return order.prefix(max(1, updates.count - byzantine)).sorted()
            }
        case .bucketing(let size):
            guard let plan = updates.shape.plans.values.min(by: { $0.role.rawValue < $1.role.rawValue }) else {
                return []
            }
            var stream = RandomStream(
                seed: plan.run.high ^ plan.run.low,
                round: plan.round,
                purpose: .mixing,
                attempt: plan.attempt
            )
            var order = all
            stream.shuffle(&order)
            return stride(from: 0, to: order.count, by: size).map { start in
                order[start..<min(start + size, order.count)].sorted()
            }
        }
    }
}
