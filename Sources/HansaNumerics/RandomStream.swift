/// A counter-based random stream: Philox4x32-10, addressed by (seed, round, client, purpose, attempt).
///
/// Streams of different addresses never share a counter, so no result depends on who drew first. The address is the
/// counter's upper 96 bits (client, round, purpose and attempt) and the seed is the key; a stream yields 2^34 words.
/// It is reproducible and therefore never a source of privacy.
/// - seealso: Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3".
public struct RandomStream: Sendable {
    private let key: (UInt32, UInt32)
    private var counter: (UInt32, UInt32, UInt32, UInt32)
    private var block: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
    private var unused = 0

    /// Opens the stream at its first word.
    ///
    /// `attempt` counts from 0 and uses its lower 24 bits.
    public init(seed: UInt64, round: UInt32 = 0, client: UInt32 = 0, purpose: RandomPurpose, attempt: UInt32 = 0) {
        key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
        counter = (0, UInt32(purpose.rawValue) << 24 | (attempt & 0xFF_FFFF), round, client)
    }

    /// The next 32 uniform bits.
    public mutating func next32() -> UInt32 {
        if unused == 0 {
            block = Self.philox(counter, key)
            counter.0 &+= 1
            unused = 4
        }
        unused -= 1
        switch unused {
        case 3: return block.0
        case 2: return block.1
        case 1: return block.2
        default: return block.3
        }
    }

    /// The next 64 uniform bits, low word first.
    public mutating func next64() -> UInt64 {
        let low = UInt64(next32())
        return low | UInt64(next32()) << 32
    }

    /// A uniform multiple of 2^-24 in [0, 1).
    public mutating func nextFloat() -> Float {
        Float(next32() >> 8) * 0x1p-24
    }

    /// A uniform multiple of 2^-53 in [0, 1).
    public mutating func nextDouble() -> Double {
        Double(next64() >> 11) * 0x1p-53
    }

    /// A uniform integer in `0..<bound`, without modulo bias (Lemire 2019).
    ///
    /// `bound` must be at least 1.
    public mutating func next(below bound: UInt64) -> UInt64 {
        precondition(bound >= 1, "the bound of a uniform draw is at least 1")
        var product = next64().multipliedFullWidth(by: bound)
        if product.low < bound {
            let threshold = (0 &- bound) % bound
            while product.low < threshold { product = next64().multipliedFullWidth(by: bound) }
        }
        return product.high
    }

    /// Shuffles in place (Fisher and Yates).
    public mutating func shuffle<T>(_ values: inout [T]) {
        guard values.count > 1 else { return }
        for last in stride(from: values.count - 1, to: 0, by: -1) {
            values.swapAt(last, Int(next(below: UInt64(last) + 1)))
        }
    }

    /// One Philox4x32 block of ten rounds.
    package static func philox(
        _ counter: (UInt32, UInt32, UInt32, UInt32),
        _ key: (UInt32, UInt32)
    ) -> (UInt32, UInt32, UInt32, UInt32) {
        var state = counter
        var roundKey = key
        for _ in 0..<10 {
            let first = state.0.multipliedFullWidth(by: 0xD251_1F53)
            let second = state.2.multipliedFullWidth(by: 0xCD9E_8D57)
            state = (second.high ^ state.1 ^ roundKey.0, second.low, first.high ^ state.3 ^ roundKey.1, first.low)
            roundKey.0 &+= 0x9E37_79B9
            roundKey.1 &+= 0xBB67_AE85
        }
        return state
    }
}
