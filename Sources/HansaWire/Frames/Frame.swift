/// A whole frame as it arrived.
public struct Frame: Hashable, Sendable {
    public var header: FrameHeader
    /// The encoded message.
    public var message: [UInt8]
    /// The parameter bytes after it.
    public var data: [UInt8]

    public init(header: FrameHeader, message: [UInt8], data: [UInt8]) {
        self.header = header
        self.message = message
        self.data = data
    }
}
