import HansaNumerics

/// Shares of a whole, one a receiver.
enum Proportions {
    /// Proportions of sum 1, up to rounding, from logarithms of weights; closed receivers get 0.
    ///
    /// One receiver at least is open. Logarithms keep weights apart that would vanish in floating point.
    static func normalized(logarithms: [Double], isOpen: (Int) -> Bool = { _ in true }) -> [Double] {
        let highest = logarithms.indices.filter(isOpen).map { logarithms[$0] }.max() ?? 0
        let weights = logarithms.indices.map {
            isOpen($0) ? DeterministicMath.exp(logarithms[$0] - highest) : 0
        }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }

    /// The numbers of `total` things that receivers get: the cut points are the cumulative sums times `total`, rounded
    /// down; the last open receiver gets what is left.
    static func cut(_ total: Int, by proportions: [Double], isOpen: (Int) -> Bool = { _ in true }) -> [Int] {
        let last = proportions.indices.last(where: isOpen) ?? proportions.count - 1
        var shares: [Int] = []
        shares.reserveCapacity(proportions.count)
        var cumulative = 0.0
        var previous = 0
        for (receiver, proportion) in proportions.enumerated() {
            cumulative += proportion
            // The sum of rounded proportions may pass 1 by a few units in the last place.
            let cut = receiver >= last ? total : Int(min(1, cumulative) * Double(total))
            shares.append(cut - previous)
            previous = cut
        }
        return shares
    }
}
