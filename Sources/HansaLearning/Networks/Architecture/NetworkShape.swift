/// The shape of one example on its way through a network.
public enum NetworkShape: Hashable, Sendable, CustomStringConvertible {
    case vector(Int)
    case image(channels: Int, height: Int, width: Int)
    /// So many steps of so many numbers.
    case sequence(length: Int, width: Int)

    /// What a layer may ask for.
    public enum Kind: String, Sendable {
        case vector = "a vector"
        case image = "an image"
        case sequence = "a sequence"
    }

    /// How many features have a scale of their own where values are normalised.
    var channelCount: Int {
        switch self {
        case .vector(let count): count
        case .image(let channels, _, _): channels
        case .sequence(_, let width): width
        }
    }

    /// How many numbers an example has.
    public var count: Int {
        switch self {
        case .vector(let count): count
        case .image(let channels, let height, let width): channels * height * width
        case .sequence(let length, let width): length * width
        }
    }

    /// The extents of a batch, as oneDNN orders them: batch, channels, height, width; batch, length, width.
    func extents(batch: Int) -> [Int] {
        switch self {
        case .vector(let count): [batch, count]
        case .image(let channels, let height, let width): [batch, channels, height, width]
        case .sequence(let length, let width): [batch, length, width]
        }
    }

    public var description: String {
        switch self {
        case .vector(let count): "a vector of \(count)"
        case .sequence(let length, let width): "a sequence of \(length) × \(width)"
        case .image(let channels, let height, let width): "an image of \(channels) × \(height) × \(width)"
        }
    }
}
