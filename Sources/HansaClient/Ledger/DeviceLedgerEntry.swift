public import HansaCore
public import HansaNumerics

/// One line of the device's privacy ledger.
public enum DeviceLedgerEntry: Sendable {
    /// The first line of each file: the chain that it goes on from (none for the first file ever), and all that came before.
    case began(after: [UInt8], DeviceLedgerTotals)
    /// The file's own number in its file system; a copy of the folder has another.
    case place(UInt64)
    /// What follows is for this run.
    case run(RunID)
    /// An update that left, or may leave from now on.
    case charged(DeviceLedgerCharge)
    /// So many more updates were answered than this ledger has lines for.
    case missing(UInt64)
    /// Something else about a piece of work.
    case note(DeviceLedgerNote, AssignmentID)

    public static let runNumber: UInt8 = 2
    public static let chargedNumber: UInt8 = 3

    /// The entry's bytes, its kind first; the same entry always has the same.
    public var bytes: [UInt8] {
        var writer = ByteWriter()
        switch self {
        case .began(let chain, let totals):
            writer.write(UInt8(0))
            writer.writeRaw(chain)
            totals.encode(into: &writer)
        case .place(let number):
            writer.write(UInt8(1))
            writer.write(number)
        case .run(let run):
            writer.write(Self.runNumber)
            writer.write(run.high)
            writer.write(run.low)
        case .charged(let charge):
            writer.write(Self.chargedNumber)
            charge.encode(into: &writer)
        case .missing(let count):
            writer.write(UInt8(4))
            writer.write(count)
        case .note(let note, let id):
            writer.write(note.rawValue)
            id.encode(into: &writer)
        }
        return writer.bytes
    }

    /// Reads ``bytes`` back; nil for anything else.
    public init?(_ bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        do throws(ByteReaderError) {
            self = try Self.read(from: &reader)
            try reader.finish()
        } catch {
            return nil
        }
    }

    private static func read(from reader: inout ByteReader) throws(ByteReaderError) -> DeviceLedgerEntry {
        let kind = try reader.readUInt8()
        switch kind {
        case 0:
            let chain = try reader.readRaw(byteCount: SHA256Digest.byteCount)
            return .began(after: chain, try DeviceLedgerTotals(from: &reader))
        case 1: return .place(try reader.readUInt64())
        case runNumber: return .run(RunID(high: try reader.readUInt64(), low: try reader.readUInt64()))
        case chargedNumber: return .charged(try DeviceLedgerCharge(from: &reader))
        case 4: return .missing(try reader.readUInt64())
        default:
            guard let note = DeviceLedgerNote(rawValue: kind) else { throw .invalidValue }
            return .note(note, try AssignmentID(from: &reader))
        }
    }

    /// What a person is told of it while the client runs.
    public var warning: PlainText {
        switch self {
        case .missing(let count):
            "\(count) answered updates have no line: the ledger is younger than the journal, or was restored from a backup;"
                + " what they cost counts as unbounded"
        case .note(let note, let id): "round \(id.round): \(note.words)"
        case .began, .place, .run, .charged:
            "the file was copied or restored since it was used last; updates sent in between, if any, are not in it"
        }
    }
}
