import Synchronization

/// The next index of a batch that several workers share.
final class BatchCursor: Sendable {
    private let count: Int
    private let position = Atomic<Int>(0)

    init(count: Int) { self.count = count }

    /// An index that no other worker gets; nil when the batch is used up.
    func take() -> Int? {
        let index = position.add(1, ordering: .relaxed).oldValue
        return index < count ? index : nil
    }
}
