/// The models that the literature names.
public enum ModelZoo: String, CaseIterable, Sendable {
    /// Softmax regression.
    case softmax
    /// Two hidden layers of 200 (McMahan et al. 2017, arXiv:1602.05629): 199,210 parameters on MNIST.
    case twoLayer = "2nn"
    /// The CNN of the same paper, with padding: 1,663,370 parameters on MNIST.
    case fedavgCNN = "fedavg-cnn"
    /// LeNet-5 with ReLU and max-pooling and no padding: 44,426 parameters on 28 × 28 images.
    case leNet5 = "lenet5"
    /// The CIFAR10 model of pfl-research's benchmarks: 1,626,442 parameters.
    case cifarCNN = "cifar-cnn"

    /// The model for examples of this shape.
    public func architecture(
        input: NetworkShape,
        classCount: Int
    ) throws(NetworkError) -> NetworkArchitecture {
        try NetworkArchitecture(input: input, layers: layers + [.dense(units: classCount)])
    }

    private var layers: [Layer] {
        let pool = Layer.maxPool(Window(size: 2, stride: 2))
        return switch self {
        case .softmax: []
        case .twoLayer: [.dense(units: 200), .relu, .dense(units: 200), .relu]
        case .fedavgCNN:
            [
                .convolution(channels: 32, window: Window(size: 5, padding: 2)), .relu, pool,
                .convolution(channels: 64, window: Window(size: 5, padding: 2)), .relu, pool,
                .dense(units: 512), .relu,
            ]
        case .leNet5:
            [
                .convolution(channels: 6, window: Window(size: 5)), .relu, pool,
                .convolution(channels: 16, window: Window(size: 5)), .relu, pool,
                .dense(units: 120), .relu, .dense(units: 84), .relu,
            ]
        case .cifarCNN:
            [
                .convolution(channels: 32, window: Window(size: 3)), .relu,
                .convolution(channels: 64, window: Window(size: 3)), .relu, pool, .dropout(0.25),
                .dense(units: 128), .relu, .dropout(0.5),
            ]
        }
    }
}
