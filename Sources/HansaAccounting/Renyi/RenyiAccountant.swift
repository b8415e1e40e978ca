public import HansaPrivacy

/// Composition of releases by Rényi divergence, order by order.
///
/// The coordinator's reports and calibration use it: for Skellam and discrete Laplace noise it is tighter than the line
/// that `PrivacySpending` keeps, which it contains. Its ε is a report on releases whose parameters did not depend on
/// what was released; what is enforced is `PrivacyBudget`.
///
/// Neighbours: replace-one; unit: one client's whole contribution to a round.
public struct RenyiAccountant: Hashable, Sendable {
    /// The orders: dense where ε of a few is decided, integers from 2 as Skellam noise's bound needs, powers of 2 beyond.
    public static let orders: [Double] =
        [1.05, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.75]
        + (2...64).map { Double($0) }
        + [72, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768, 1024]
        + (11...24).map { Double(UInt64(1) << UInt64($0)) }

    /// The filter's sums of the same releases.
    public private(set) var spending = PrivacySpending()
    /// The sum of divergences of each order.
    public private(set) var divergences = [Double](repeating: 0, count: orders.count)

    public init() {}

    /// Adds releases of one kind.
    ///
    /// A refused event adds nothing.
    public mutating func add(_ event: PrivacyEvent, count: UInt64 = 1) throws(PrivacyError) {
        guard count > 0 else { return }
        let cost = try event.cost()
        var sums = divergences
        let factor = UpwardArithmetic.ratio(UInt128(count), 1)
        for (index, order) in Self.orders.enumerated() {
            let divergence = try event.renyiDivergence(order: order)
            sums[index] = UpwardArithmetic.sum(sums[index], UpwardArithmetic.product(divergence, factor))
        }
        divergences = sums
        spending.add(cost, count: count)
    }

    /// ε by the best order alone; infinite for a `delta` that is not in (0, 1).
    public func renyiEpsilon(delta: Double) -> Double {
        guard spending.releaseCount > 0 else { return 0 }
        var smallest = Double.infinity
        for (order, divergence) in zip(Self.orders, divergences) {
            smallest = min(smallest, RenyiConversion.epsilon(divergence: divergence, order: order, delta: delta))
        }
        return smallest
    }

    /// The smallest ε that is known: by the best order, the pure sum, or the concentrated line.
    public func epsilon(delta: Double) -> Double {
        min(renyiEpsilon(delta: delta), spending.epsilon(delta: delta))
    }
}
