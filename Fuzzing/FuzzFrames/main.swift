import FuzzDriver
import Glibc
import HansaWire

/// Frames must come out the same however the stream is cut, and their headers must encode to what was read.
func examine(_ bytes: [UInt8]) {
    let whole = frames(bytes, step: Int.max)
    precondition(whole == frames(bytes, step: 1 + Int(bytes.first ?? 0) % 7), "cuts changed the frames")
    for frame in whole {
        var head: [UInt8] = []
        frame.header.encode(into: &head)
        guard let again = try? FrameHeader(head) else { preconditionFailure("a header that was read is refused") }
        precondition(again == frame.header, "a header changed")
    }
}

func frames(_ bytes: [UInt8], step: Int) -> [Frame] {
    var reader = FrameReader()
    var frames: [Frame] = []
    var start = 0
    while start < bytes.count {
        let end = start + min(step, bytes.count - start)
        let isReadable = bytes[start..<end].withUnsafeBytes { piece in
            var rest = piece
            do throws(WireError) {
                while let frame = try reader.next(&rest, admits: { (_) throws(WireError) in }) { frames.append(frame) }
                return true
            } catch {
                return false
            }
        }
        guard isReadable else { break }
        start = end
    }
    return frames
}

exit(
    hansa_fuzz { start, byteCount in
        examine(Array(UnsafeBufferPointer(start: start, count: byteCount)))
        return 0
    }
)
