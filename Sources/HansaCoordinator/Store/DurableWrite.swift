/// One durable write of a store, as a test that stops the store there sees it.
///
/// A store given an observer calls it right before and right after each of its writes. What the observer throws ends the
/// call as if the process had died at that point; the store object refuses everything afterwards, and the test opens
/// the same place again.
public struct DurableWrite: Hashable, Sendable {
    /// What is written.
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        /// The empty tables of a new store.
        case layout
        /// The fencing token of this opening.
        case fence
        /// The names of the clients, in the order of their numbers.
        case roster
        /// The removal of files that no row refers to, and of a segment's unacknowledged tail.
        case sweep
        /// The rows that start a run.
        case run
        /// The row that opens a round.
        case opening
        /// The payloads of a batch, appended and synced.
        case payloads
        /// The rows of a batch.
        case receipts
        /// Lines of the privacy ledger for updates that were received and not taken.
        case charges
        /// Step 1 of a close.
        case closing
        /// Steps 2 and 3.
        case release
        /// The bytes of a checkpoint under a temporary name, synced.
        case checkpointBytes
        /// The checkpoint's own name, and the folder that holds it, synced.
        case checkpointName
        /// Step 4: the row that knows the checkpoint.
        case checkpointRow
        /// Step 5.
        case current
        /// The end of an aborted round.
        case abort
        /// Step 7.
        case payloadRemoval
        /// The rows of superseded checkpoints, and then their files.
        case checkpointRemoval
    }

    /// When the observer is asked.
    public enum Moment: Hashable, Sendable {
        case before
        case after
    }

    public let kind: Kind
    public let moment: Moment

    public init(kind: Kind, moment: Moment) {
        self.kind = kind
        self.moment = moment
    }
}

/// What a test puts in the way of a store's durable writes; absent in production.
public typealias DurableWriteObserver = (DurableWrite) throws(StoreError) -> Void
