public import HansaCore

/// What tells one upload from every other: whose it is, and which bytes were announced.
public struct UploadName: Hashable, Sendable {
    public var assignment: AssignmentID
    /// Of the payload that was announced.
    public var digest: SHA256Digest

    public init(assignment: AssignmentID, digest: SHA256Digest) {
        self.assignment = assignment
        self.digest = digest
    }
}
