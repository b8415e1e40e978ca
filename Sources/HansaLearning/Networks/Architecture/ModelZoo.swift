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
    /// The residual network of He et al. 2015 (arXiv:1512.03385, 4.2) for CIFAR10 with one block a stage, group norm of
    /// two groups in place of batch norm, as Hsieh et al. 2020 (arXiv:1910.00189) advise for unlike clients, and
    /// projections of 1 × 1 where a stage begins.
    case resNet8 = "resnet8"
    /// The same with three blocks a stage.
    case resNet20 = "resnet20"
    /// Two one-dimensional convolutions over time, such as HAR's 9 channels of 1 × 128: windows of 5, 32 and 64 channels,
    /// each followed by ReLU and a maximum of two, then 128 units. An image's rows count as channels.
    case timeCNN = "1d-cnn"
    /// The stacked character-level LSTM of McMahan et al. 2017 (arXiv:1602.05629) and LEAF for Shakespeare: tokens in 8
    /// numbers, two layers of 256 units, and the character that follows the window from the last step. There is a token
    /// for each class.
    case charLSTM = "char-lstm"
    /// Eight experts with 24 hidden units between the features and the classes, of which the router's first choice answers,
    /// without a limit of its load.
    case switchMoE = "switch-moe"

    /// The model for examples of this shape.
    public func architecture(
        input: NetworkShape,
        classCount: Int,
        loss: NetworkLoss = .crossEntropy
    ) throws(NetworkError) -> NetworkArchitecture {
        let layers = layers(input: input, classCount)
        let isComplete = layers.last.map { if case .switchMoE = $0 { true } else { false } } ?? false
        return try NetworkArchitecture(
            input: input,
            layers: isComplete ? layers : layers + [.dense(units: classCount)],
            loss: loss
        )
    }

    private func layers(input: NetworkShape, _ classCount: Int) -> [Layer] {
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
        case .resNet8: Self.residualNetwork(blockCount: 1)
        case .resNet20: Self.residualNetwork(blockCount: 3)
        case .switchMoE:
            [.switchMoE(ExpertMixture(expertCount: 8, expert: .dense(hidden: 24), unitCount: classCount))]
        case .charLSTM: [.embedding(vocabulary: classCount, width: 8), .lstm(units: 256), .lstm(units: 256), .lastStep]
        case .timeCNN: Self.timeNetwork(input: input)
        }
    }

    /// - Parameter blockCount: how many blocks each of the three stages has.
    private static func residualNetwork(blockCount: Int) -> [Layer] {
        func convolution(_ channels: Int, stride: Int = 1) -> [Layer] {
            [
                .convolution(channels: channels, window: Window(size: 3, stride: stride, padding: 1)),
                .groupNorm(groups: 2),
            ]
        }
        var layers = convolution(16) + [.relu]
        for (stage, channels) in [16, 32, 64].enumerated() {
            for block in 0..<blockCount {
                let stride = stage > 0 && block == 0 ? 2 : 1
                layers += [
                    .residual(convolution(channels, stride: stride) + [.relu] + convolution(channels)), .relu,
                ]
            }
        }
        return layers + [.globalAveragePool]
    }

    /// The first window is as high as the image, which becomes one row.
    private static func timeNetwork(input: NetworkShape) -> [Layer] {
        let height = if case .image(_, let height, _) = input { height } else { 1 }
        let pair = Window.Extent(down: 1, across: 2)
        let pool = Layer.maxPool(Window(size: pair, stride: pair))
        func window(_ height: Int) -> Window { Window(size: Window.Extent(down: height, across: 5)) }
        return [
            .convolution(channels: 32, window: window(height)), .relu, pool,
            .convolution(channels: 64, window: window(1)), .relu, pool,
            .dense(units: 128), .relu,
        ]
    }
}
