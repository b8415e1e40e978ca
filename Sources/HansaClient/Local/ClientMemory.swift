#if !hasFeature(Embedded)
public import HansaCore
import HansaNumerics

/// What a client remembers between its rounds, in two phases: what counted, and what its last update would change.
///
/// An update changes the memory only once the coordinator has committed a round that counted it. The client cannot see
/// that by itself, so it keeps both states, and the next assignment says which one holds (`Assignment.memoryRound`). It
/// becomes durable in the outbox together with the update, and never leaves the device.
/// - seealso: PRIVACY.md §7.
public struct ClientMemory: Hashable, Sendable {
    /// The state that a counted update left.
    public struct Entry: Hashable, Sendable {
        /// The run it belongs to.
        public var run: RunID
        /// The round of the update, from 1.
        public var round: UInt32
        /// What is remembered, in the form of the plan's algorithm.
        public var bytes: [UInt8]

        public init(run: RunID, round: UInt32, bytes: [UInt8]) {
            self.run = run
            self.round = round
            self.bytes = bytes
        }
    }

    /// The state that the coordinator counts on.
    public var committed: Entry?
    /// The state once the last update counts.
    public var pending: Entry?

    public init(committed: Entry? = nil, pending: Entry? = nil) {
        self.committed = committed
        self.pending = pending
    }

    /// The state that holds, by what the assignment says.
    ///
    /// Throws `missingState` where the coordinator counts on a state that is not here and the algorithm cannot do without.
    public func entry(for assignment: Assignment) throws(RefusalReason) -> Entry? {
        let memory = assignment.plan.algorithm.memory
        guard memory != .none, assignment.memoryRound > 0 else { return nil }
        for entry in [pending, committed] {
            if let entry, entry.round == assignment.memoryRound, entry.run == assignment.plan.run { return entry }
        }
        if memory == .required { throw .missingState }
        return nil
    }
}

/// The byte form, version 1: a byte with the entries' flags, and each entry as run, round, length and bytes.
extension ClientMemory {
    private static let formatVersion: UInt8 = 1

    public var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.write(Self.formatVersion)
        writer.write(UInt8(committed == nil ? 0 : 1) | (pending == nil ? 0 : 2))
        for entry in [committed, pending] {
            guard let entry else { continue }
            writer.write(entry.run.high)
            writer.write(entry.run.low)
            writer.write(entry.round)
            writer.write(UInt64(entry.bytes.count))
            writer.writeRaw(entry.bytes)
        }
        return writer.bytes
    }

    /// Reads ``bytes`` back; nil for anything damaged.
    ///
    /// No bytes are an empty memory.
    public init?(bytes: [UInt8]) {
        self.init()
        if bytes.isEmpty { return }
        var reader = ByteReader(bytes)
        do throws(ByteReaderError) {
            guard try reader.readUInt8() == Self.formatVersion else { return nil }
            let flags = try reader.readUInt8()
            guard flags <= 3 else { return nil }
            if flags & 1 != 0 { committed = try Self.entry(from: &reader) }
            if flags & 2 != 0 { pending = try Self.entry(from: &reader) }
            try reader.finish()
        } catch {
            return nil
        }
    }

    private static func entry(from reader: inout ByteReader) throws(ByteReaderError) -> Entry {
        let run = RunID(high: try reader.readUInt64(), low: try reader.readUInt64())
        let round = try reader.readUInt32()
        guard let count = Int(exactly: try reader.readUInt64()), count <= reader.remaining else { throw .truncated }
        return Entry(run: run, round: round, bytes: try reader.readRaw(byteCount: count))
    }
}
#endif
