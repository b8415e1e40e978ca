/// The 32-bit Mersenne Twister as NumPy's legacy generator seeds and reads it: what published experiments drew with.
///
/// Only to repeat such draws; Hansa's own come from `RandomStream`.
/// - seealso: Matsumoto & Nishimura 1998; `numpy.random.RandomState`.
struct MersenneTwister {
    private static let length = 624
    private static let middle = 397
    private var state: [UInt32]
    private var next = length

    /// `numpy.random.seed(seed)` for a number.
    init(seed: UInt32) {
        state = [seed]
        state.reserveCapacity(Self.length)
        for index in 1..<Self.length {
            let last = state[index - 1]
            state.append(1_812_433_253 &* (last ^ last >> 30) &+ UInt32(index))
        }
    }

    mutating func next32() -> UInt32 {
        if next == Self.length { refill() }
        var word = state[next]
        next += 1
        word ^= word >> 11
        word ^= word << 7 & 0x9D2C_5680
        word ^= word << 15 & 0xEFC6_0000
        return word ^ word >> 18
    }

    /// A uniform integer from 0 to `max`, by masking and trying again.
    mutating func draw(upTo max: UInt32) -> UInt32 {
        guard max > 0 else { return 0 }
        let mask = UInt32.max >> UInt32(max.leadingZeroBitCount)
        while true {
            let word = next32() & mask
            if word <= max { return word }
        }
    }

    /// `numpy.random.choice(population, count, replace=False)`: the first of a permutation.
    mutating func choice(_ count: Int, of population: Int) -> [Int] {
        var numbers = Array(0..<population)
        for last in stride(from: population - 1, to: 0, by: -1) {
            numbers.swapAt(last, Int(draw(upTo: UInt32(clamping: last))))
        }
        return Array(numbers.prefix(count))
    }

    private mutating func refill() {
        for index in 0..<Self.length {
            let joined = state[index] & 0x8000_0000 | state[(index + 1) % Self.length] & 0x7FFF_FFFF
            let twisted = joined >> 1 ^ (joined & 1 == 0 ? 0 : 0x9908_B0DF)
            state[index] = state[(index + Self.middle) % Self.length] ^ twisted
        }
        next = 0
    }
}
