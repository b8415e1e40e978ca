import HansaCore
import HansaWire

/// How far an upload is, and how far its client may go.
struct IncomingUpload {
    let assignment: AssignmentID
    let totalByteCount: UInt64
    let byteClass: ByteClass
    private let windowByteCount: UInt64
    /// Everything before it is here.
    private(set) var offset: UInt64
    /// The offset of the last grant or progress that was queued.
    private var namedOffset: UInt64
    /// The offset of the last grant or progress that was handed out: the client knows of no later one.
    private var handedOutOffset: UInt64

    init(
        assignment: AssignmentID,
        totalByteCount: UInt64,
        offset: UInt64,
        windowByteCount: UInt32,
        byteClass: ByteClass
    ) {
        self.assignment = assignment
        self.totalByteCount = totalByteCount
        self.byteClass = byteClass
        self.windowByteCount = UInt64(windowByteCount)
        self.offset = offset
        namedOffset = offset
        handedOutOffset = offset
    }

    var isComplete: Bool { offset == totalByteCount }

    /// Takes a chunk in; refuses one that is empty, begins elsewhere, or ends beyond the update or the window.
    mutating func take(offset chunkOffset: UInt64, byteCount: Int) throws(WireError) {
        guard byteCount > 0 else { throw .malformedMessage(.uploadChunk) }
        guard chunkOffset == offset else { throw .wrongOffset(got: chunkOffset, expected: offset) }
        let (end, overflows) = offset.addingReportingOverflow(UInt64(clamping: byteCount))
        let (limit, isUnlimited) = handedOutOffset.addingReportingOverflow(windowByteCount)
        let last = isUnlimited ? totalByteCount : min(limit, totalByteCount)
        guard !overflows, end <= last else { throw .wrongOffset(got: end, expected: last) }
        offset = end
    }

    /// The offset to report now, if one is due: each time half a window came since the last one, until all is here.
    mutating func nextProgress() -> UInt64? {
        guard !isComplete, offset - namedOffset >= windowByteCount / 2 else { return nil }
        namedOffset = offset
        return offset
    }

    /// A report has been handed out, so the client may go on from it.
    mutating func progressHandedOut(_ reported: UInt64) { handedOutOffset = max(handedOutOffset, reported) }
}
