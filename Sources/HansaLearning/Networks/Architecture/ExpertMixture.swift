import HansaNumerics

/// A mixture of experts that are switched on by a router, as in the Switch Transformer.
///
/// Source: Fedus et al. 2021 (arXiv:2101.03961). A token is an example, or a step of a sequence. The router's shares are p = softmax(G x) (eq. 1); the output is
/// Σ p_e · E_e(x) over the ``topCount`` experts with the largest shares (eq. 2), shares as they are, so that the router
/// learns from one expert, too.
public struct ExpertMixture: Hashable, Sendable {
    /// What an expert computes.
    public enum Expert: Hashable, Sendable {
        /// W₂ max(0, W₁ x + b₁) + b₂ with so many hidden units.
        case dense(hidden: Int)
        /// B A x of this rank, where B starts at zero (Hu et al. 2021, arXiv:2106.09685, with α = r): in a residual block,
        /// an adapter of frozen features.
        case lowRank(Int)
    }

    public static let expertCountMax = 256

    public let expertCount: Int
    public let expert: Expert
    /// The numbers that come out; nil for as many as go in.
    public let unitCount: Int?
    /// How many experts see a token.
    public let topCount: Int
    /// How many tokens an expert takes of a batch while training, over the even share.
    ///
    /// These are ⌈topCount · tokens / experts · factor⌉ (eq. 3). First choices come first, then tokens in their order; for what is left over the expert's output is
    /// zero. Nil for no limit; measuring has none.
    public let capacityFactor: Double?
    /// The weight α of the loss that evens out the experts' loads.
    ///
    /// It is α · experts · Σ f_e P_e with the part f_e of tokens whose first choice is e, and e's mean share P_e (eqs. 4 to
    /// 6), and belongs to the loss that training reports; measuring leaves it out.
    public let balance: Double

    public init(
        expertCount: Int,
        expert: Expert,
        unitCount: Int? = nil,
        topCount: Int = 1,
        capacityFactor: Double? = nil,
        balance: Double = 0.01
    ) {
        self.expertCount = expertCount
        self.expert = expert
        self.unitCount = unitCount
        self.topCount = topCount
        self.capacityFactor = capacityFactor
        self.balance = balance
    }

    /// The width of what lies between an expert's two products.
    var innerCount: Int {
        switch expert {
        case .dense(let hidden): hidden
        case .lowRank(let rank): rank
        }
    }

    /// What is wrong with it; nil where nothing is.
    var problem: String? {
        let widths = 1...NetworkArchitecture.widthMax
        if !(1...Self.expertCountMax).contains(expertCount) {
            return "\(expertCount) experts, expected 1 to \(Self.expertCountMax)"
        }
        if !(1...expertCount).contains(topCount) {
            return "the top \(topCount) of \(expertCount) experts, expected 1 to \(expertCount)"
        }
        if !widths.contains(innerCount) || !widths.contains(unitCount ?? 1) {
            return "experts of \(innerCount) by \(unitCount ?? 1) units, expected 1 to \(widths.upperBound)"
        }
        if let capacityFactor, !(capacityFactor > 0 && capacityFactor <= 1e6) {
            return "a capacity factor of \(capacityFactor), expected more than 0"
        }
        return balance >= 0 && balance <= 1e6 ? nil : "a balance of \(balance), expected 0 or more"
    }

    /// The blocks of parameters: the router, then expert by expert.
    ///
    /// - Parameter layer: how many mixtures come before it, for the blocks' roles.
    func parameters(inputCount: Int, layer: Int, prefix: String) -> [NetworkParameter] {
        var blocks = [
            NetworkParameter(
                name: prefix + "router.weight",
                shape: [expertCount, inputCount],
                start: .uniform(fanIn: inputCount),
                role: .router(layer: layer)
            )
        ]
        let outputCount = unitCount ?? inputCount
        for index in 0..<expertCount {
            func append(_ name: String, _ shape: [Int], _ start: NetworkParameter.Start) {
                blocks.append(
                    NetworkParameter(
                        name: "\(prefix)experts.\(index).\(name)",
                        shape: shape,
                        start: start,
                        role: .expert(layer: layer, index: index)
                    )
                )
            }
            switch expert {
            case .dense(let hidden):
                append("hidden.weight", [hidden, inputCount], .uniform(fanIn: inputCount))
                append("hidden.bias", [hidden], .uniform(fanIn: inputCount))
                append("output.weight", [outputCount, hidden], .uniform(fanIn: hidden))
                append("output.bias", [outputCount], .uniform(fanIn: hidden))
            case .lowRank(let rank):
                append("down.weight", [rank, inputCount], .uniform(fanIn: inputCount))
                append("up.weight", [outputCount, rank], .constant(0))
            }
        }
        return blocks
    }
}
