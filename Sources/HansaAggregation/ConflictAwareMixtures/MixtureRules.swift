/// How the updates of one expert become one: the choices that FC-MoE leaves open, each with a name.
///
/// In the symbols of the article "Conflict-aware mixtures": for the clients i ∈ P_k that an expert k learned from, with
/// updates g_i, tokens τ_i and samples n_i,
///
/// - c_i is the ``importance``, w_i = c_i / Σ c;
/// - ḡ = Σ w_i u_i is the ``consensus``;
/// - g̃_i is g_i without the part that stands against ḡ, as ``conflict`` says;
/// - the expert moves by Σ v_i g̃_i with v as ``aggregation`` says.
public struct MixtureRules: Hashable, Sendable {
    /// c_i.
    ///
    /// Norms are cut to ``normCap`` times the median of those over P_k that are not 0 before they enter.
    public enum Importance: String, CaseIterable, Hashable, Sendable {
        /// τ_i · ‖g_i‖.
        case product
        /// β · f_i / max f + (1 − β) · ‖g_i‖ / max ‖g‖ with the frequency f_i, the expert's part of the client's tokens in
        /// its layer, and β = ``importanceShare``.
        case convex
        /// τ_i.
        case tokens
        /// n_i.
        case samples
        /// 1.
        case uniform

        /// Whether clients must say how many tokens each expert learned from.
        var needsLoads: Bool {
            switch self {
            case .product, .convex, .tokens: true
            case .samples, .uniform: false
            }
        }
    }

    /// u_i.
    public enum Consensus: String, CaseIterable, Hashable, Sendable {
        /// g_i / ‖g_i‖: every client has one voice, whatever the length of its update.
        case normalised
        /// g_i.
        case raw
    }

    /// What is taken from g_i.
    public enum Conflict: String, CaseIterable, Hashable, Sendable {
        /// Where ⟨g_i, ḡ⟩ < −margin · ‖g_i‖ ‖ḡ‖: its component along ḡ.
        case consensus
        /// In turn, in an order drawn from the run, round, expert and client: the component along every other client's
        /// update that it stands against (Yu et al. 2020, arXiv:2001.06782).
        case pcgrad
        /// Nothing.
        case none
    }

    /// v_i, which sum to 1 over P_k.
    public enum Aggregation: String, CaseIterable, Hashable, Sendable {
        /// n_i / Σ n, so that the direction can change.
        case samples
        /// w_i. With the raw consensus the sum then only grows along ḡ.
        case importance
    }

    /// What becomes of routers.
    public enum Router: String, CaseIterable, Hashable, Sendable {
        /// Averaged as all that is shared.
        case average
        /// Left as they are.
        case local
    }

    public var importance: Importance
    /// β of the convex importance, from 0 to 1.
    public var importanceShare: Double
    /// The largest norm that counts, in medians; at least 1, infinite for no cap.
    ///
    /// Whoever sends a long update would otherwise decide alone.
    public var normCap: Double
    public var consensus: Consensus
    public var conflict: Conflict
    /// The cosine from which on directions conflict is −`margin`, in [0, 1).
    public var margin: Double
    /// How many times the noise's typical norm an update must be long to be in conflict; at least 0.
    ///
    /// Noise of standard deviation σ has a norm of about σ√d over an expert's d parameters. A g_i that is hardly longer has
    /// the noise's direction, and its angle says nothing.
    public var noiseFactor: Double
    public var aggregation: Aggregation
    public var router: Router

    /// FC-MoE's own.
    public init(
        importance: Importance = .product,
        importanceShare: Double = 0.5,
        normCap: Double = 10,
        consensus: Consensus = .normalised,
        conflict: Conflict = .consensus,
        margin: Double = 0,
        noiseFactor: Double = 2,
        aggregation: Aggregation = .samples,
        router: Router = .average
    ) {
        self.importance = importance
        self.importanceShare = importanceShare
        self.normCap = normCap
        self.consensus = consensus
        self.conflict = conflict
        self.margin = margin
        self.noiseFactor = noiseFactor
        self.aggregation = aggregation
        self.router = router
    }

    /// ‖ḡ‖² below this part of (Σ w_i ‖u_i‖)² is rounding, and nothing is taken along it.
    public static let consensusFloor = 1e-12
}
