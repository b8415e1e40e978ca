/// What trains on a client; the number is the bit in Hello.
public enum TrainerKind: UInt8, Sendable {
    /// The exact trainer, whose result is the same bits everywhere.
    case exact = 0
    /// A program of the client's owner.
    case external = 1

    /// Its bit in Hello.
    public var bit: UInt64 { 1 << UInt64(rawValue) }
}
