/// Why one side turned the other down.
///
/// Numbers are part of the wire format.
public enum RefusalReason: UInt8, Error, CaseIterable, Sendable {
    /// The client is not in the run's roster.
    case unknownClient = 1
    /// The client was not selected for this round.
    case notSelected = 2
    /// The round of the assignment is committed, aborted or was started over.
    case roundClosed = 3
    /// The assignment was never handed out, or to somebody else.
    case unknownAssignment = 4
    /// The lease was given out anew; only the newest fence counts.
    case staleFence = 5
    /// The client followed another plan than the one it was given.
    case planMismatch = 6
    /// An update with other bytes already stands under this assignment.
    case conflictingUpdate = 7
    /// The payload's length is not what the plan gives.
    case wrongByteCount = 8
    /// The payload's digest is not the one in its header.
    case digestMismatch = 9
    /// An integer lies outside the lattice, or padding is not zero.
    case outsideLattice = 10
    /// The declared sample count breaks the weight rule.
    case invalidWeight = 11
    /// A field was returned that the plan does not ask for, or one that it does ask for is missing or not finite.
    case invalidFields = 12
    /// The coordinator cannot take updates now.
    case busy = 13
    /// The client withdrew from this assignment.
    case withdrawn = 14
    /// The client's own policy forbids the plan.
    case policy = 15
    /// The client lacks a required capability.
    case missingCapability = 16
    /// The client's data do not fit the plan's model.
    case modelMismatch = 17
    /// Local training failed, for example by diverging.
    case trainingFailed = 18
    /// The two sides speak no common version of the protocol.
    case unsupportedVersion = 19
    /// A frame or message that cannot be read.
    case malformed = 20
    /// A frame or message above its limit.
    case tooLarge = 21
    /// A frame of another session, or out of sequence.
    case wrongSession = 22
    /// A message that the session's state does not allow.
    case unexpectedMessage = 23
    /// A number that stands for nothing this version knows.
    case unknownValue = 24
    /// A chunk that does not begin where it must.
    case wrongOffset = 25
    /// A newer session of the same client took its place.
    case superseded = 26
    /// The other side was silent for too long.
    case timeout = 27
    /// The coordinator is about to stop.
    case shuttingDown = 28
    /// More sessions than the coordinator takes.
    case tooManySessions = 29
    #if !hasFeature(Embedded)
    /// The client lacks the state of its own that the coordinator counts on.
    case missingState = 30
    #endif

    /// What the other side may do about it.
    public enum Class: Sendable {
        /// The same bytes may be sent again later.
        case retryLater
        /// This will not be taken, now or later.
        case never
        /// This may be taken once the client's program is a newer one.
        case afterUpdate
    }

    /// Whether trying again can help.
    public var retryClass: Class {
        switch self {
        case .busy, .superseded, .timeout, .shuttingDown, .tooManySessions: .retryLater
        case .unsupportedVersion, .missingCapability, .unknownValue: .afterUpdate
        default: .never
        }
    }
}
