/// The squared distances between a round's rows and the origin, in which rules move a point about without its coordinates.
///
/// A point is z = Σ_r a_r · row r + a_0 · 0 with Σ a = 1, so that ‖p − z‖² = Σ_s a_s D_ps − ½ Σ_rs a_r a_s D_rs for every
/// row p: a few numbers a client take the place of a model's.
struct CohortGeometry {
    /// How many rows; the origin is point `count`.
    let count: Int
    /// D, row by row.
    private let distances: [[Double]]

    init(_ rows: MixedUpdates) throws(AggregationError) {
        let gram = try rows.gramMatrix()
        let count = gram.count
        self.count = count
        distances = (0...count).map { i in
            (0...count).map { j in
                switch (i == count, j == count) {
                case (true, true): 0
                case (true, false): gram[j, j]
                case (false, true): gram[i, i]
                case (false, false): gram.squaredDistance(i, j)
                }
            }
        }
    }

    /// ‖row r‖ of every row.
    var norms: [Double] { distances[count].dropLast().map { $0.squareRoot() } }

    /// ‖row p − z‖² of every row.
    ///
    /// - Parameter weights: a, of the rows and of the origin; they sum to 1.
    func squaredDistances(to weights: [Double]) -> [Double] {
        let mean = distances.map { row in zip(row, weights).reduce(0) { $0 + $1.0 * $1.1 } }
        let spread = zip(weights, mean).reduce(0) { $0 + $1.0 * $1.1 } / 2
        return mean.dropLast().map { max(0, $0 - spread) }
    }

    /// The squared distances from one row to all rows.
    func squaredDistances(from row: Int) -> ArraySlice<Double> { distances[row].dropLast() }

    /// The middle of some numbers, or the mean of the two middle ones; at least 1 number.
    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
