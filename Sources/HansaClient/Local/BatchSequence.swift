#if !hasFeature(Embedded)
import HansaNumerics

/// Mini-batches without an end: each pass over the examples in a new random order, the last batch of a pass smaller.
struct BatchSequence {
    private var order: [UInt32]
    private let batchSize: Int
    private var place = 0

    /// - Parameters:
    ///   - exampleCount: at least 1.
    ///   - batchSize: 0 means all examples in one batch.
    init(exampleCount: Int, batchSize: Int) {
        order = [UInt32](0..<UInt32(clamping: exampleCount))
        self.batchSize = batchSize == 0 ? max(1, exampleCount) : batchSize
    }

    /// How many batches a pass has.
    var countPerEpoch: Int { (order.count + batchSize - 1) / batchSize }

    /// The next batch.
    mutating func next(_ stream: inout RandomStream) -> [UInt32] {
        if place == 0, batchSize < order.count { stream.shuffle(&order) }
        let end = min(place + batchSize, order.count)
        defer { place = end == order.count ? 0 : end }
        return Array(order[place..<end])
    }
}
#endif
