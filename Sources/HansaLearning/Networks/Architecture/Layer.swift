/// One layer of a network.
public enum Layer: Hashable, Sendable {
    /// y = W x + b with W of shape [units, inputs]; an image is taken channel by channel, row by row.
    case dense(units: Int)
    /// A two-dimensional convolution with weights [channels, channels of the input, size, size] and a bias.
    case convolution(channels: Int, window: Window)
    /// The largest value of each window.
    case maxPool(Window)
    /// The mean of each window.
    case averagePool(Window)
    /// max(0, x).
    case relu
    /// Sets each value to zero with this probability while training, and divides the others by one minus it.
    case dropout(Double)

    /// What becomes of an example of this shape.
    func output(of input: NetworkShape) throws(NetworkError) -> NetworkShape {
        switch (self, input) {
        case (.dense(let units), _):
            guard (1...NetworkArchitecture.widthMax).contains(units) else {
                throw .invalidLayer("dense of \(units) units")
            }
            return .vector(units)
        case (.convolution(let channels, let window), .image(_, let height, let width)):
            guard (1...NetworkArchitecture.widthMax).contains(channels) else {
                throw .invalidLayer("convolution with \(channels) channels")
            }
            return try Self.image(channels, height, width, window, self)
        case (.maxPool(let window), .image(let channels, let height, let width)),
            (.averagePool(let window), .image(let channels, let height, let width)):
            return try Self.image(channels, height, width, window, self)
        case (.convolution, .vector), (.maxPool, .vector), (.averagePool, .vector):
            throw .needsImage(name)
        case (.relu, _): return input
        case (.dropout(let rate), _):
            guard rate >= 0, rate < 1 else { throw .invalidLayer("dropout of \(rate)") }
            return input
        }
    }

    private static func image(
        _ channels: Int,
        _ height: Int,
        _ width: Int,
        _ window: Window,
        _ layer: Self
    ) throws(NetworkError) -> NetworkShape {
        guard let rows = window.placeCount(along: height), let columns = window.placeCount(along: width) else {
            throw .windowDoesNotFit(layer: layer.name, size: window.size, height: height, width: width)
        }
        return .image(channels: channels, height: rows, width: columns)
    }

    /// What people call it.
    var name: String {
        switch self {
        case .dense: "dense"
        case .convolution: "convolution"
        case .maxPool: "max-pool"
        case .averagePool: "average-pool"
        case .relu: "relu"
        case .dropout: "dropout"
        }
    }
}
