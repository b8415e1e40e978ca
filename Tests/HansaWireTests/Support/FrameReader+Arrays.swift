import HansaWire

extension FrameReader {
    /// All frames that the bytes complete.
    mutating func frames(
        _ bytes: [UInt8],
        admits: (FrameHeader) throws(WireError) -> Void = { (_) throws(WireError) in }
    ) throws(WireError) -> [Frame] {
        var frames: [Frame] = []
        var failure: WireError?
        bytes.withUnsafeBytes { raw in
            var rest = raw
            do throws(WireError) {
                while let frame = try next(&rest, admits: admits) { frames.append(frame) }
            } catch {
                failure = error
            }
            if failure == nil, !rest.isEmpty { failure = .malformedFrame }
        }
        if let failure { throw failure }
        return frames
    }
}

extension Frame {
    /// The frame as it is sent.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        header.encode(into: &bytes)
        return bytes + message + data
    }
}
