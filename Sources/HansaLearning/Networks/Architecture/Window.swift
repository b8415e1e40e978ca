/// The window of a convolution or a pooling: quadratic, the same stride and padding in both directions.
public struct Window: Hashable, Sendable {
    /// The extent in pixels.
    public let size: Int
    /// By how many pixels it moves.
    public let stride: Int
    /// How many pixels of zeros lie around the image; pooling leaves them out of maxima and means.
    public let padding: Int

    public init(size: Int, stride: Int = 1, padding: Int = 0) {
        self.size = size
        self.stride = stride
        self.padding = padding
    }

    /// How many places the window has along an extent; nil where it does not fit or its numbers make no sense.
    func placeCount(along extent: Int) -> Int? {
        guard size >= 1, stride >= 1, padding >= 0, padding < size, size <= 1 << 10, stride <= 1 << 10 else {
            return nil
        }
        let room = extent + 2 * padding - size
        return room >= 0 ? room / stride + 1 : nil
    }

    /// Stride, size and padding downwards and across, as oneDNN takes them.
    var strides: [Int64] { [Int64](repeating: Int64(stride), count: 2) }
    var sizes: [Int64] { [Int64](repeating: Int64(size), count: 2) }
    var paddings: [Int64] { [Int64](repeating: Int64(padding), count: 2) }
}
