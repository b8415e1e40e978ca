/// A source of uniform 64-bit words: a reproducible stream in a simulation, the operating system's on a device.
public protocol RandomWords {
    /// The next 64 uniform bits.
    mutating func next64() -> UInt64
}

extension RandomStream: RandomWords {}
