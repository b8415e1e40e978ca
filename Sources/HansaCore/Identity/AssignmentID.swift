public import HansaNumerics

/// The name of one piece of work handed to one client: unique per run, and what a contribution is counted under.
///
/// `attempt` counts how often the round was started over, `fence` how often the lease of this client's work was given
/// out anew; an update that carries an older fence is refused.
public struct AssignmentID: Hashable, Comparable, Sendable {
    /// The round, from 1.
    public let round: UInt32
    /// The attempt at the round, from 0.
    public let attempt: UInt32
    /// The client the work was handed to.
    public let client: ClientID
    /// The fencing token of the lease, from 0.
    public let fence: UInt32

    public init(round: UInt32, attempt: UInt32, client: ClientID, fence: UInt32) {
        self.round = round
        self.attempt = attempt
        self.client = client
        self.fence = fence
    }

    public static func < (left: Self, right: Self) -> Bool {
        (left.round, left.attempt, left.client.number, left.fence)
            < (right.round, right.attempt, right.client.number, right.fence)
    }
}

extension AssignmentID {
    /// Writes round, attempt, client and fence as four `u32`.
    public func encode(into writer: inout ByteWriter) {
        writer.write(round)
        writer.write(attempt)
        writer.write(client.number)
        writer.write(fence)
    }

    /// Reads what ``encode(into:)`` wrote.
    public init(from reader: inout ByteReader) throws(ByteReaderError) {
        round = try reader.readUInt32()
        attempt = try reader.readUInt32()
        client = ClientID(try reader.readUInt32())
        fence = try reader.readUInt32()
    }
}
