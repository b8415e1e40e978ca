/// What makes a step of a gradient g at parameters w, with a learning rate η and a weight decay λ.
public enum LocalOptimizer: Hashable, Sendable {
    /// v ← momentum·v + (g + λw), w ← w − ηv.
    case sgd
    #if !hasFeature(Embedded)
    /// Adam with the decay as a part of the gradient: g ← g + λw, then the step of ``AdamMoments``.
    case adam(AdamMoments)
    /// Adam with decoupled decay: w ← w − ηλw, then the step of ``AdamMoments`` (Loshchilov & Hutter 2019,
    /// arXiv:1711.05101, algorithm 2; the decay is scaled by the learning rate, as PyTorch does).
    case adamW(AdamMoments)
    #endif
}

#if !hasFeature(Embedded)
extension LocalOptimizer {
    /// The constants of Adam's moments; nil for SGD.
    public var moments: AdamMoments? {
        switch self {
        case .sgd: nil
        case .adam(let moments), .adamW(let moments): moments
        }
    }
}
#endif
