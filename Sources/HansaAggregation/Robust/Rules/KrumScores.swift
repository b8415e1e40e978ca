/// Krum's score of every row: the sum of its squared distances to its n − f − 2 nearest other rows.
struct KrumScores {
    /// The rows by ascending score; the earlier row wins a tie.
    let order: [Int]

    init(_ rows: MixedUpdates, byzantine: Int) throws(AggregationError) {
        let gram = try rows.gramMatrix()
        let neighbourCount = rows.count - byzantine - 2
        guard neighbourCount >= 1 else { throw .tooFewUpdates(got: rows.count, expected: byzantine + 3) }
        let scores = (0..<rows.count).map { row in
            // Added from the smallest, so that equal distances give equal scores.
            (0..<rows.count).filter { $0 != row }.map { gram.squaredDistance(row, $0) }.sorted()
                .prefix(neighbourCount).reduce(0, +)
        }
        order = (0..<rows.count).sorted { (scores[$0], $0) < (scores[$1], $1) }
    }
}
