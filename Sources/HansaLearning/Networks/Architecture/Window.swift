/// The window of a convolution or a pooling.
public struct Window: Hashable, Sendable {
    /// A number downwards and one across.
    public struct Extent: Hashable, Sendable {
        public let down: Int
        public let across: Int

        public init(down: Int, across: Int) {
            self.down = down
            self.across = across
        }

        /// The same in both directions.
        public init(_ both: Int) { self.init(down: both, across: both) }

        /// As oneDNN takes it.
        var values: [Int64] { [Int64(down), Int64(across)] }
    }

    static let sizeMax = 1 << 10

    /// The extent in pixels.
    public let size: Extent
    /// By how many pixels it moves.
    public let stride: Extent
    /// How many pixels of zeros lie around the image; pooling leaves them out of maxima and means.
    public let padding: Extent

    public init(size: Extent, stride: Extent = Extent(1), padding: Extent = Extent(0)) {
        self.size = size
        self.stride = stride
        self.padding = padding
    }

    /// A quadratic window, the same stride and padding in both directions.
    public init(size: Int, stride: Int = 1, padding: Int = 0) {
        self.init(size: Extent(size), stride: Extent(stride), padding: Extent(padding))
    }

    /// How many places the window has downwards and across; nil where it does not fit or its numbers make no sense.
    func placeCounts(height: Int, width: Int) -> (rows: Int, columns: Int)? {
        guard let rows = Self.placeCount(along: height, size.down, stride.down, padding.down),
            let columns = Self.placeCount(along: width, size.across, stride.across, padding.across)
        else { return nil }
        return (rows, columns)
    }

    private static func placeCount(along extent: Int, _ size: Int, _ stride: Int, _ padding: Int) -> Int? {
        guard size >= 1, stride >= 1, padding >= 0, padding < size, size <= sizeMax, stride <= sizeMax else {
            return nil
        }
        let room = extent + 2 * padding - size
        return room >= 0 ? room / stride + 1 : nil
    }
}
