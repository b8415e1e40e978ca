import HansaNumerics

/// Seeded choices of a test.
struct RandomPermutation {
    private var stream: RandomStream

    init(seed: UInt64) { stream = RandomStream(seed: seed, purpose: .faults) }

    mutating func word() -> UInt32 { stream.next32() }

    mutating func next(below bound: UInt64) -> UInt64 { stream.next(below: bound) }

    mutating func shuffled<T>(_ values: [T]) -> [T] {
        var values = values
        stream.shuffle(&values)
        return values
    }
}
