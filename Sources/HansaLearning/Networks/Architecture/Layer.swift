/// One layer of a network.
public enum Layer: Hashable, Sendable {
    /// y = W x + b with W of shape [units, inputs]; an image is taken channel by channel, row by row, a sequence step by
    /// step.
    case dense(units: Int)
    /// A two-dimensional convolution with weights [channels, channels of the input, height, width] and a bias.
    case convolution(channels: Int, window: Window)
    /// The largest value of each window.
    case maxPool(Window)
    /// The mean of each window.
    case averagePool(Window)
    /// The mean of each channel.
    case globalAveragePool
    /// max(0, x).
    case relu
    /// x · Φ(x) with the normal distribution Φ itself, by the error function, as in PyTorch's default; not its tanh
    /// approximation (Hendrycks and Gimpel 2016, arXiv:1606.08415).
    case gelu
    /// Sets each value to zero with this probability while training, and divides the others by one minus it.
    case dropout(Double)
    /// Brings the values of each example, or of each step of a sequence, to mean 0 and variance 1, then scales and shifts
    /// each feature (Ba et al. 2016, arXiv:1607.06450). An image is one group, with a scale for each channel.
    case layerNorm
    /// The same for groups of channels next to each other, with a scale for each channel (Wu and He 2018,
    /// arXiv:1803.08494).
    case groupNorm(groups: Int)
    /// The same for each channel over the whole batch (Ioffe and Szegedy 2015, arXiv:1502.03167).
    ///
    /// Training uses the batch's mean and variance and moves running ones towards them by a tenth a step; measuring uses
    /// the running ones. These are blocks of the model that no gradient changes, and clients' running statistics are
    /// averaged with everything else, as federated averaging of PyTorch's state dictionaries does. A batch that is cut
    /// into blocks of 128 examples has the statistics of its blocks.
    case batchNorm
    /// x + f(x), f being these layers; where f changes the shape, x goes through a convolution of 1 × 1 or a dense layer
    /// first (He et al. 2015, arXiv:1512.03385).
    case residual([Layer])

    /// A row of a table for each token: an example is a list of whole numbers from 0 to below `vocabulary`, and becomes a
    /// sequence of as many steps. Only the first layer may be one.
    case embedding(vocabulary: Int, width: Int)
    /// A long short-term memory, which turns a sequence into the sequence of its states (Hochreiter and Schmidhuber 1997;
    /// the forget gate of Gers et al. 2000), from a state of zeros.
    ///
    /// Gates i, f, g, o = W x + R h + b, as in PyTorch, but with one bias: c ← σ(f) c + σ(i) tanh(g), h ← σ(o) tanh(c).
    case lstm(units: Int)
    /// The last step of a sequence.
    case lastStep
    /// Experts that a router switches on for each example, or for each step of a sequence; an image is taken as a vector.
    case switchMoE(ExpertMixture)

    /// What people call it.
    public var name: String {
        switch self {
        case .dense: "dense"
        case .convolution: "convolution"
        case .maxPool: "max-pool"
        case .averagePool: "average-pool"
        case .globalAveragePool: "global-average-pool"
        case .relu: "relu"
        case .gelu: "gelu"
        case .dropout: "dropout"
        case .layerNorm: "layer-norm"
        case .groupNorm: "group-norm"
        case .batchNorm: "batch-norm"
        case .residual: "residual"
        case .embedding: "embedding"
        case .lstm: "lstm"
        case .lastStep: "last-step"
        case .switchMoE: "switch-moe"
        }
    }
}
