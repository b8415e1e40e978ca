/// A frame on its way out: what is written first, and the parameter bytes that follow, shared with their owner.
public struct OutgoingFrame: Sendable {
    /// Header and message.
    public var head: [UInt8]
    /// The parameter bytes.
    public var data: ArraySlice<UInt8>

    public init(head: [UInt8], data: ArraySlice<UInt8> = []) {
        self.head = head
        self.data = data
    }

    /// The bytes on the wire.
    public var byteCount: Int { head.count + data.count }
}
