/// What becomes of one expert, worked out from the inner products of its updates alone.
///
/// With G_ij = ⟨g_i, g_j⟩ over the clients that take part, ‖g_i‖² = G_ii, the consensus is ḡ = Σ_j b_j g_j with
/// b_j = w_j / ‖g_j‖ (normalised) or w_j (raw), and
///
///     ⟨g_i, ḡ⟩ = Σ_j G_ij b_j        ‖ḡ‖² = Σ_i b_i ⟨g_i, ḡ⟩
///     g̃_i = g_i − α_i ḡ               α_i = ⟨g_i, ḡ⟩ / ‖ḡ‖² in conflict, 0 otherwise
///     Σ_i v_i g̃_i = Σ_j c_j g_j       c_j = v_j − (Σ_i v_i α_i) b_j
///
/// so the aggregate is one more linear combination of the updates. PCGrad's g̃_i are combinations, too, whose coefficients
/// are moved instead of vectors. It costs m² operations for m clients, and m³ with PCGrad, whatever the expert's size.
struct ExpertCombination: Equatable, Sendable {
    /// What is known of the clients that take part, in the order of their assignments.
    struct Members: Sendable {
        /// G, row by row.
        var products: [Double]
        /// τ.
        var tokens: [Double]
        /// f: the expert's part of the client's tokens in its layer.
        var frequencies: [Double]
        /// n.
        var samples: [Double]

        var count: Int { samples.count }

        subscript(i: Int, j: Int) -> Double { products[i * count + j] }
    }

    /// c.
    private(set) var update: [Double]
    /// b.
    private(set) var consensus: [Double]

    /// Nil where nobody takes part or all importances are 0: the expert stays as it is.
    ///
    /// - Parameters:
    ///   - noiseNorm: the typical norm of the noise in an update of the expert; 0 without noise.
    ///   - denominator: what sample weights are divided by; nil for their sum.
    ///   - order: for PCGrad, the order in which a client is compared with the others.
    init?(
        _ members: Members,
        rules: MixtureRules,
        noiseNorm: Double = 0,
        denominator: Double? = nil,
        order: (_ member: Int) -> [Int]
    ) {
        let norms = (0..<members.count).map { members[$0, $0].squareRoot() }
        let importance = Self.importance(of: members, norms: norms, rules: rules)
        let total = importance.reduce(0, +)
        guard total > 0 else { return nil }
        let shares = importance.map { $0 / total }
        switch rules.consensus {
        case .raw: consensus = shares
        case .normalised: consensus = zip(shares, norms).map { $1 > 0 ? $0 / $1 : 0 }
        }
        let weight = members.samples.reduce(0, +)
        switch rules.aggregation {
        case .samples: update = members.samples.map { $0 / (denominator ?? weight) }
        case .importance:
            update = denominator.map { denominator in shares.map { $0 * (weight / denominator) } } ?? shares
        }
        let isLoud = norms.map { $0 > rules.noiseFactor * noiseNorm }
        switch rules.conflict {
        case .none: break
        case .consensus: project(members, norms: norms, isLoud: isLoud, margin: rules.margin)
        case .pcgrad: projectPairwise(members, norms: norms, isLoud: isLoud, margin: rules.margin, order: order)
        }
    }

    /// c ← v − (Σ v_i α_i) b.
    private mutating func project(_ members: Members, norms: [Double], isLoud: [Bool], margin: Double) {
        let inner = (0..<members.count).map { i in
            consensus.indices.reduce(0.0) { $0 + members[i, $1] * consensus[$1] }
        }
        let square = zip(consensus, inner).reduce(0) { $0 + $1.0 * $1.1 }
        let mass = zip(consensus, norms).reduce(0) { $0 + $1.0 * $1.1 }
        guard square > MixtureRules.consensusFloor * mass * mass else { return }
        let length = square.squareRoot()
        var taken = 0.0
        for (i, product) in inner.enumerated() where isLoud[i] && product < -margin * norms[i] * length {
            taken += update[i] * (product / square)
        }
        guard taken != 0 else { return }
        for j in update.indices { update[j] -= taken * consensus[j] }
    }

    /// c ← Σ v_i e_i, where g̃_i = Σ_l e_il g_l.
    private mutating func projectPairwise(
        _ members: Members,
        norms: [Double],
        isLoud: [Bool],
        margin: Double,
        order: (Int) -> [Int]
    ) {
        let weights = update
        update = [Double](repeating: 0, count: members.count)
        for i in 0..<members.count {
            var own = [Double](repeating: 0, count: members.count)
            own[i] = 1
            if isLoud[i] {
                for j in order(i) where isLoud[j] && norms[j] > 0 {
                    let inner = own.indices.reduce(0.0) { $0 + own[$1] * members[$1, j] }
                    guard inner < -margin * Self.norm(of: own, members) * norms[j] else { continue }
                    own[j] -= inner / members[j, j]
                }
            }
            for l in own.indices { update[l] += weights[i] * own[l] }
        }
    }

    /// ‖Σ e_l g_l‖; 0 where rounding made its square negative.
    private static func norm(of coefficients: [Double], _ members: Members) -> Double {
        var square = 0.0
        for (i, first) in coefficients.enumerated() where first != 0 {
            for (j, second) in coefficients.enumerated() { square += first * second * members[i, j] }
        }
        return max(0, square).squareRoot()
    }

    /// c of `MixtureRules`, by member.
    private static func importance(of members: Members, norms: [Double], rules: MixtureRules) -> [Double] {
        let capped = capped(norms, at: rules.normCap)
        switch rules.importance {
        case .uniform: return [Double](repeating: 1, count: members.count)
        case .samples: return members.samples
        case .tokens: return members.tokens
        case .product: return zip(members.tokens, capped).map { $0 * $1 }
        case .convex:
            let (largest, longest) = (members.frequencies.max() ?? 0, capped.max() ?? 0)
            return zip(members.frequencies, capped).map { frequency, norm in
                (largest > 0 ? rules.importanceShare * frequency / largest : 0)
                    + (longest > 0 ? (1 - rules.importanceShare) * norm / longest : 0)
            }
        }
    }

    /// No norm above `cap` medians of those that are not 0.
    private static func capped(_ norms: [Double], at cap: Double) -> [Double] {
        let sorted = norms.filter { $0 > 0 }.sorted()
        guard !sorted.isEmpty, cap.isFinite else { return norms }
        let middle = sorted.count / 2
        let median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        return norms.map { min($0, cap * median) }
    }
}
