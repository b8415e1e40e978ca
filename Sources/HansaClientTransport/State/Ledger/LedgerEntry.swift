import HansaClient
import HansaCore
import HansaNumerics

/// One line of the device's privacy ledger.
enum LedgerEntry: Hashable {
    /// The first line of each file: the chain that it goes on from (none for the first file ever), and all that came before.
    case began(after: [UInt8], LedgerTotals)
    /// The file's own number in its file system; a copy of the folder has another.
    case place(UInt64)
    /// What follows is for this run.
    case run(RunID)
    /// An update that left, or may leave from now on.
    case charged(LedgerCharge)
    /// A record whose charge cannot be read, and that no line before tells of.
    case unreadable(AssignmentID)
    /// So many more updates were answered than this ledger has lines for.
    case missing(UInt64)
    /// The coordinator holds another update of this client for this work.
    case conflict(AssignmentID)
    /// The coordinator says that it never handed this work out.
    case unknownWork(AssignmentID)
    /// Work of a round before one that was charged already.
    case earlierRound(AssignmentID)

    func encode(into writer: inout ByteWriter) {
        switch self {
        case .began(let chain, let totals):
            writer.write(UInt8(0))
            writer.writeRaw(chain)
            totals.encode(into: &writer)
        case .place(let number):
            writer.write(UInt8(1))
            writer.write(number)
        case .run(let run):
            writer.write(UInt8(2))
            writer.write(run.high)
            writer.write(run.low)
        case .charged(let charge):
            writer.write(UInt8(3))
            charge.encode(into: &writer)
        case .missing(let count):
            writer.write(UInt8(4))
            writer.write(count)
        case .unreadable(let id): Self.encode(5, id, into: &writer)
        case .conflict(let id): Self.encode(6, id, into: &writer)
        case .unknownWork(let id): Self.encode(7, id, into: &writer)
        case .earlierRound(let id): Self.encode(8, id, into: &writer)
        }
    }

    private static func encode(_ kind: UInt8, _ id: AssignmentID, into writer: inout ByteWriter) {
        writer.write(kind)
        id.encode(into: &writer)
    }

    /// Reads what ``encode(into:)`` wrote.
    init(from reader: inout ByteReader) throws(ByteReaderError) {
        switch try reader.readUInt8() {
        case 0:
            let chain = try reader.readRaw(byteCount: SHA256Digest.byteCount)
            self = .began(after: chain, try LedgerTotals(from: &reader))
        case 1: self = .place(try reader.readUInt64())
        case 2: self = .run(RunID(high: try reader.readUInt64(), low: try reader.readUInt64()))
        case 3: self = .charged(try LedgerCharge(from: &reader))
        case 4: self = .missing(try reader.readUInt64())
        case 5: self = .unreadable(try AssignmentID(from: &reader))
        case 6: self = .conflict(try AssignmentID(from: &reader))
        case 7: self = .unknownWork(try AssignmentID(from: &reader))
        case 8: self = .earlierRound(try AssignmentID(from: &reader))
        default: throw .invalidValue
        }
    }
}
