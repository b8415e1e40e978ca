/// Cuts a byte stream into frames; holds at most one frame that is not complete.
///
/// Lengths are checked when the header is there, before memory for the body is taken.
public struct FrameReader: Sendable {
    private var header: FrameHeader?
    /// What of the header or, after it, of the body is here.
    private var buffer: [UInt8] = []

    public init() {}

    /// The bytes that wait for the rest of their frame.
    public var bufferedByteCount: Int { buffer.count + (header == nil ? 0 : WireLimits.headerByteCount) }

    /// Takes bytes from the front of `bytes` and returns the first frame that they complete, if they complete one.
    ///
    /// - Parameters:
    ///   - bytes: what arrived; the taken bytes are dropped from its front.
    ///   - admits: whether a frame with this header may come now; asked before its body is read, throws why not.
    public mutating func next(
        _ bytes: inout UnsafeRawBufferPointer,
        admits: (FrameHeader) throws(WireError) -> Void
    ) throws(WireError) -> Frame? {
        if header == nil {
            guard take(&bytes, upTo: WireLimits.headerByteCount) else { return nil }
            let next = try FrameHeader(buffer)
            try admits(next)
            buffer.removeAll(keepingCapacity: true)
            buffer.reserveCapacity(next.bodyByteCount)
            header = next
        }
        guard let whole = header, take(&bytes, upTo: whole.bodyByteCount) else { return nil }
        header = nil
        if whole.dataByteCount == 0 {
            defer { buffer = [] }
            return Frame(header: whole, message: buffer, data: [])
        }
        let message = Array(buffer[..<whole.messageByteCount])
        let data = Array(buffer[whole.messageByteCount...])
        buffer.removeAll(keepingCapacity: true)
        return Frame(header: whole, message: message, data: data)
    }

    /// Moves bytes into the buffer until it holds `count`; whether it does.
    private mutating func take(_ bytes: inout UnsafeRawBufferPointer, upTo count: Int) -> Bool {
        let taken = min(count - buffer.count, bytes.count)
        // Bounds: `taken` is at most `bytes.count`, and not negative, as the buffer is never beyond its goal.
        buffer.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[..<taken]))
        bytes = UnsafeRawBufferPointer(rebasing: bytes[taken...])
        return buffer.count == count
    }
}
