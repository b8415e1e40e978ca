/// One zeroed allocation that is dealt out in aligned pieces and freed as a whole.
final class DenseArena {
    private let base: UnsafeMutableRawPointer
    private let byteCount: Int
    private var used = 0

    init(byteCount: Int) {
        let size = max(byteCount, DenseLayout.alignment)
        base = .allocate(byteCount: size, alignment: DenseLayout.alignment)
        base.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        self.byteCount = size
    }

    deinit { base.deallocate() }

    /// The bytes that `count` values take, rounded up to the alignment.
    static func byteCount<T: BitwiseCopyable>(of type: T.Type, count: Int) -> Int {
        let bytes = count * MemoryLayout<T>.stride
        return (bytes + DenseLayout.alignment - 1) / DenseLayout.alignment * DenseLayout.alignment
    }

    /// The next piece.
    ///
    /// The caller has counted before: running out is our mistake.
    func take<T: BitwiseCopyable>(_ type: T.Type, count: Int) -> UnsafeMutablePointer<T> {
        let size = Self.byteCount(of: type, count: count)
        precondition(used + size <= byteCount, "the arena was made too small")
        defer { used += size }
        return (base + used).bindMemory(to: T.self, capacity: count)
    }
}
