/// What the client half of the pipeline made of a local training.
public struct EncodedUpdate: Hashable, Sendable {
    /// The packed sections, back to back.
    public var payload: [UInt8]
    /// What is declared as sample count.
    public var declaredSampleCount: UInt32
    /// How many coordinates were cut to the lattice's range, before rounding or after the noise; stays on the client.
    public var saturatedCount: Int
    /// Whether the clip bound took effect; stays on the client.
    public var wasClipped: Bool

    public init(payload: [UInt8], declaredSampleCount: UInt32, saturatedCount: Int, wasClipped: Bool) {
        self.payload = payload
        self.declaredSampleCount = declaredSampleCount
        self.saturatedCount = saturatedCount
        self.wasClipped = wasClipped
    }
}
