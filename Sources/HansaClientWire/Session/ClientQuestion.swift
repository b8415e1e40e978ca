import HansaCore
import HansaWire

/// The one question that is open on this connection.
enum ClientQuestion: Sendable {
    case work
    case model(ModelTransfer)
    case upload(UploadTransfer)
}

/// A model on its way here on this connection.
struct ModelTransfer: Sendable {
    let assignment: AssignmentID
    let digest: SHA256Digest
    let totalByteCount: UInt64
    /// Where the next chunk begins.
    var offset: UInt64
    /// Whether the coordinator said that chunks follow.
    var follows = false
    let byteClass: ByteClass
}

/// An update on its way to the coordinator on this connection.
struct UploadTransfer: Sendable {
    let submission: Submission
    let byteClass: ByteClass
    /// Set by the grant.
    var flow: Flow?

    /// How far an upload may go.
    struct Flow: Sendable {
        /// Where the next chunk begins.
        var offset: UInt64
        /// The last offset that the coordinator named.
        var reported: UInt64
        let windowByteCount: UInt64

        /// How many bytes the next chunk has; nil where it must wait, or where nothing is left.
        func chunkByteCount(total: UInt64, chunkByteCountMax: UInt64) -> UInt64? {
            let count = min(chunkByteCountMax, total - offset)
            // The offset is never more than a window beyond what was reported.
            guard count > 0, count <= windowByteCount - (offset - reported) else { return nil }
            return count
        }
    }
}
