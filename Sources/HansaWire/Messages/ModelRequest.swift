public import HansaCore

/// A client wants the model of its assignment.
public struct ModelRequest: Hashable, Sendable {
    public var assignment: AssignmentID
    public var digest: SHA256Digest
    /// How many bytes are here already.
    public var offset: UInt64
    /// Models that the client holds whole, at most 8.
    public var held: [SHA256Digest]

    public init(assignment: AssignmentID, digest: SHA256Digest, offset: UInt64 = 0, held: [SHA256Digest] = []) {
        self.assignment = assignment
        self.digest = digest
        self.offset = offset
        self.held = held
    }
}
