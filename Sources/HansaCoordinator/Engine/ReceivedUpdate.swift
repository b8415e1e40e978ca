public import HansaCore

/// An update as it arrived, with what was found out about its payload on the way.
///
/// A spool hashes a payload piece by piece while it arrives, and the service reads several at once; the engine does not
/// do again what was done.
public struct ReceivedUpdate: Sendable {
    public var update: ClientUpdate
    /// The payload's digest; nil where it has to be computed.
    public var payloadDigest: SHA256Digest?
    /// The digest of the plan under which every integer of the payload was found on its lattice; nil where nobody looked.
    public var checkedPlan: SHA256Digest?
    /// A file with the same bytes, which a store on files takes over.
    public var file: PayloadFile?

    public init(
        _ update: ClientUpdate,
        payloadDigest: SHA256Digest? = nil,
        checkedPlan: SHA256Digest? = nil,
        file: PayloadFile? = nil
    ) {
        self.update = update
        self.payloadDigest = payloadDigest
        self.checkedPlan = checkedPlan
        self.file = file
    }
}
