import HansaCore
import HansaWire

/// What the client wants; it is asked again on each connection until it is answered.
enum ClientOperation: Hashable, Sendable {
    case work
    /// The model that the session's ``PartialModel`` describes.
    case model(AssignmentID)
    case upload(Submission)
}

/// An update with its announcement.
struct Submission: Sendable {
    let begin: UploadBegin
    /// Shared with the caller, never changed.
    let payload: [UInt8]

    var assignment: AssignmentID { begin.report.assignment }
}

extension Submission: Hashable {
    /// The announcement has the payload's digest, so the payloads need not be compared.
    static func == (left: Self, right: Self) -> Bool { left.begin == right.begin }
    func hash(into hasher: inout Hasher) { hasher.combine(begin) }
}
