public import HansaCore

/// The place where payloads gather while they arrive, so that memory does not grow with clients.
///
/// Connections append from their own threads; the service begins, takes and sweeps. An assignment has one payload at a
/// time: to begin with another digest drops what was there. Nothing here is durable for sure, and nothing needs to be:
/// what is taken out is checked against its digest before it counts.
public protocol UploadSpool: AnyObject, Sendable {
    /// Makes room for a payload of `byteCount` bytes and says how many of them are here; nil where there is no room.
    func begin(_ assignment: AssignmentID, digest: SHA256Digest, byteCount: UInt64) throws(StoreError) -> UInt64?

    /// Writes bytes that begin at `offset`, which lies no further than what is here already.
    ///
    /// Returns false, and writes nothing, where this payload is not gathered (any more) or the bytes do not fit it.
    func append(
        _ assignment: AssignmentID,
        digest: SHA256Digest,
        offset: UInt64,
        bytes: [UInt8]
    ) throws(StoreError) -> Bool

    /// Takes a whole payload out; nil where it is not here, or not wholly.
    func take(_ assignment: AssignmentID, digest: SHA256Digest) throws(StoreError) -> SpooledPayload?

    /// Drops a payload, if it is here.
    func discard(_ assignment: AssignmentID, digest: SHA256Digest) throws(StoreError)

    /// The digest of what is here of an assignment, wholly or in part; nil where nothing is.
    func digest(of assignment: AssignmentID) throws(StoreError) -> SHA256Digest?

    /// What is here, wholly or in part, of every other attempt than this one, in no order; of all where `round` is nil.
    func uploads(except round: UInt32?, attempt: UInt32) throws(StoreError) -> [UploadName]

    /// Drops the payloads of every other attempt than this one; of all where `round` is nil.
    func sweep(round: UInt32?, attempt: UInt32) throws(StoreError)
}
