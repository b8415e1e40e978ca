/// Which server optimizer moves the model, with its constants in the symbols of arXiv:2003.00295.
public enum ServerOptimizerConfiguration: Hashable, Sendable {
    /// x ← x + η·Δ.
    case sgd(learningRate: Float)
    /// m ← β·m + Δ, x ← x + η·m (FedAvgM).
    case momentum(learningRate: Float, beta: Float)
    /// FedAdagrad; the paper has β₁ = 0.
    case adagrad(learningRate: Float, beta1: Float, tau: Float)
    /// FedAdam.
    case adam(learningRate: Float, beta1: Float, beta2: Float, tau: Float)
    /// FedYogi.
    case yogi(learningRate: Float, beta1: Float, beta2: Float, tau: Float)
}
