/// The inner products of all pairs of a cohort's updates, in exact integers.
///
/// Sections of one unit u share one integer matrix; the inner product of updates i and j is Σ_u u² · G_u[i, j], where each
/// term is rounded to Double once and the terms are added in the order in which the units first appear. The rows may be
/// mixtures of updates (see ``mixed(_:)``): sums of some of them over their number, whose products are as exact.
public struct GramMatrix: Sendable {
    /// How many updates, or mixtures of them.
    public let count: Int
    /// What row i's integers are divided by: 1 for an update.
    let divisors: [Int]
    /// Each unit's square.
    let squares: [Double]
    /// For each unit, the lower triangle with its diagonal, row by row.
    let products: [[Int128]]

    /// ⟨i, j⟩, in units of the parameters squared.
    public subscript(i: Int, j: Int) -> Double {
        let divisor = Double(divisors[i]) * Double(divisors[j])
        return value { Double($0[Self.index(i, j)]) / divisor }
    }

    /// ‖i − j‖², computed in integers: 0 exactly where the two are equal, and the same for equal pairs.
    public func squaredDistance(_ i: Int, _ j: Int) -> Double {
        let (k, l) = (Int128(divisors[i]), Int128(divisors[j]))
        if k == l {
            let divisor = Double(divisors[i]) * Double(divisors[i])
            return value {
                Double($0[Self.index(i, i)] + $0[Self.index(j, j)] - 2 * $0[Self.index(i, j)]) / divisor
            }
        }
        let divisor = Double(divisors[i]) * Double(divisors[j])
        return value {
            let (ii, jj, ij) = ($0[Self.index(i, i)], $0[Self.index(j, j)], $0[Self.index(i, j)])
            return Double(ii * l * l + jj * k * k - 2 * ij * k * l) / (divisor * divisor)
        }
    }

    /// The inner products of mixtures: row r is the sum of `members[r]` over their number.
    ///
    /// - Parameter members: The rows of this matrix that each mixture holds; at least one, and each of them unmixed.
    public func mixed(_ members: [[Int]]) -> Self {
        let mixed = products.map { triangle in
            // First A·G, then (A·G)·Aᵀ.
            let half = members.map { members in
                (0..<count).map { j in members.reduce(Int128(0)) { $0 + triangle[Self.index($1, j)] } }
            }
            return members.indices.flatMap { row in
                (0...row).map { column in members[column].reduce(Int128(0)) { $0 + half[row][$1] } }
            }
        }
        return Self(count: members.count, divisors: members.map(\.count), squares: squares, products: mixed)
    }

    private func value(_ term: ([Int128]) -> Double) -> Double {
        var sum = 0.0
        for (square, triangle) in zip(squares, products) { sum += square * term(triangle) }
        return sum
    }

    static func index(_ i: Int, _ j: Int) -> Int { i >= j ? i * (i + 1) / 2 + j : j * (j + 1) / 2 + i }
}
