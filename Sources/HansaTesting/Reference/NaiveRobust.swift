/// Robust rules on plain vectors, coordinate by coordinate in Double: what the fast ones must come close to.
///
/// Rows are updates, or mixtures of them; every function takes at least one.
public enum NaiveRobust {
    /// Nearest-neighbour mixing: each row becomes the mean of the `count − byzantine` nearest, itself first.
    public static func nearestNeighbourMixing(_ rows: [[Double]], byzantine: Int) -> [[Double]] {
        rows.indices.map { row in
            let order = rows.indices.sorted { left, right in
                if left == row || right == row { return left == row && right != row }
                let (a, b) = (squaredDistance(rows[row], rows[left]), squaredDistance(rows[row], rows[right]))
                return a == b ? left < right : a < b
            }
            return mean(order.prefix(rows.count - byzantine).map { rows[$0] })
        }
    }

    /// The middle value of each coordinate.
    public static func median(_ rows: [[Double]]) -> [Double] {
        byCoordinate(rows) { values in
            (values[(values.count - 1) / 2] + values[values.count / 2]) / 2
        }
    }

    /// The mean of each coordinate without `cut` values at each end.
    public static func trimmedMean(_ rows: [[Double]], cut: Int) -> [Double] {
        byCoordinate(rows) { values in
            let kept = values[cut..<values.count - cut]
            return kept.reduce(0, +) / Double(kept.count)
        }
    }

    /// The rows by ascending Krum score.
    public static func krumOrder(_ rows: [[Double]], byzantine: Int) -> [Int] {
        let scores = rows.indices.map { row in
            rows.indices.filter { $0 != row }.map { squaredDistance(rows[row], rows[$0]) }.sorted()
                .prefix(rows.count - byzantine - 2).reduce(0, +)
        }
        return rows.indices.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] < scores[$1] }
    }

    /// Weiszfeld's steps from the mean.
    public static func geometricMedian(_ rows: [[Double]], iterations: Int, smoothing: Double) -> [Double] {
        var center = mean(rows)
        for _ in 0..<iterations {
            let weights = rows.map { 1 / max(smoothing, squaredDistance($0, center).squareRoot()) }
            let total = weights.reduce(0, +)
            center = center.indices.map { index in
                zip(weights, rows).reduce(0) { $0 + $1.0 * $1.1[index] } / total
            }
        }
        return center
    }

    /// Centered clipping from 0; a radius of nil is the median distance of each step.
    public static func centeredClipping(_ rows: [[Double]], iterations: Int, radius: Double?) -> [Double] {
        var center = rows[0].map { _ in 0.0 }
        for _ in 0..<iterations {
            let lengths = rows.map { squaredDistance($0, center).squareRoot() }
            let limit = radius ?? middle(lengths)
            let factors = lengths.map { $0 <= limit ? 1 : limit / $0 }
            center = center.indices.map { index in
                center[index]
                    + zip(factors, rows).reduce(0) { $0 + $1.0 * ($1.1[index] - center[index]) } / Double(rows.count)
            }
        }
        return center
    }

    /// The mean of rows cut to a norm; nil is the median norm.
    public static func normBounding(_ rows: [[Double]], bound: Double?) -> [Double] {
        centeredClipping(rows, iterations: 1, radius: bound)
    }

    /// The mean of each coordinate.
    public static func mean(_ rows: [[Double]]) -> [Double] {
        rows[0].indices.map { index in rows.reduce(0) { $0 + $1[index] } / Double(rows.count) }
    }

    private static func byCoordinate(_ rows: [[Double]], _ combine: ([Double]) -> Double) -> [Double] {
        rows[0].indices.map { index in combine(rows.map { $0[index] }.sorted()) }
    }

    private static func middle(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    private static func squaredDistance(_ left: [Double], _ right: [Double]) -> Double {
        zip(left, right).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
}
