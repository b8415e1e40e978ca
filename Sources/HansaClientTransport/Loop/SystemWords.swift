import CPosix
public import HansaNumerics

/// Randomness of the operating system.
public struct SystemWords: RandomWords, Sendable {
    public init() {}

    public mutating func next64() -> UInt64 {
        var word: UInt64 = 0
        let status = withUnsafeMutableBytes(of: &word) { hansa_random_bytes($0.baseAddress, $0.count) }
        // The program asks for a first word before it does anything; a kernel that gave one gives all.
        precondition(status >= 0, "the operating system gives no randomness")
        return word
    }

    /// So many random bytes.
    mutating func bytes(count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let word = next64()
            for index in UInt64(0)..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> (8 * index))) }
        }
        return Array(bytes[..<count])
    }

    /// Whether the operating system gives randomness at all.
    static var isAvailable: Bool {
        var byte: UInt8 = 0
        return hansa_random_bytes(&byte, 1) >= 0
    }
}
