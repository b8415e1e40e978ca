/// Bytes of whole frames, by what they are for; TLS's own records are not in here.
public struct ByteCounts: Hashable, Sendable {
    public var training: UInt64 = 0
    public var liveness: UInt64 = 0
    public var repeated: UInt64 = 0

    public init(training: UInt64 = 0, liveness: UInt64 = 0, repeated: UInt64 = 0) {
        self.training = training
        self.liveness = liveness
        self.repeated = repeated
    }

    /// All bytes.
    // Bounds: counts for reports, by which nothing is read.
    public var total: UInt64 { training &+ liveness &+ repeated }

    /// Counts a frame.
    public mutating func add(_ byteCount: Int, as kind: ByteClass) {
        let count = UInt64(clamping: byteCount)
        switch kind {
        // Bounds: counts for reports, by which nothing is read.
        case .training: training &+= count
        case .liveness: liveness &+= count
        case .repeated: repeated &+= count
        }
    }

    public static func += (left: inout Self, right: Self) {
        // Bounds: counts for reports, by which nothing is read.
        left.training &+= right.training
        left.liveness &+= right.liveness
        left.repeated &+= right.repeated
    }
}
