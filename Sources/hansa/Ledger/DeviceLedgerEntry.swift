import HansaClient
import HansaCore
import HansaNumerics
import HansaPrivacy

/// A line of a device's privacy ledger as `hansa ledger compare` reads it back from the bytes that the device chained.
///
/// The client writes them (`LedgerEntry` of its State folder); a test compares real ledgers, so that both stay one.
enum DeviceLedgerEntry {
    /// The first line of each file: the chain that it goes on from, and what came before.
    case began(after: [UInt8], DeviceLedgerSums, run: RunID)
    /// What follows is for this run.
    case run(RunID)
    case charged(AssignmentID, payload: SHA256Digest, PrivacyCharge)
    /// So many updates left of which no line tells the cost.
    case unknown(UInt64)
    /// Nothing that has a cost.
    case other

    /// Reads an entry's bytes; nil for anything else.
    init?(_ bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        do throws(ByteReaderError) {
            self = try Self.read(from: &reader)
            try reader.finish()
        } catch {
            return nil
        }
    }

    private static func read(from reader: inout ByteReader) throws(ByteReaderError) -> Self {
        switch try reader.readUInt8() {
        case 0:
            let chain = try reader.readRaw(byteCount: SHA256Digest.byteCount)
            let sums = try DeviceLedgerSums(from: &reader)
            // Copies and contradictions were noted, and cost nothing.
            _ = (try reader.readUInt64(), try reader.readUInt64())
            let run = RunID(high: try reader.readUInt64(), low: try reader.readUInt64())
            _ = try reader.readUInt32()
            return .began(after: chain, sums, run: run)
        case 1:
            _ = try reader.readUInt64()
            return .other
        case 2: return .run(RunID(high: try reader.readUInt64(), low: try reader.readUInt64()))
        case 3:
            let id = try AssignmentID(from: &reader)
            _ = try reader.readRaw(byteCount: SHA256Digest.byteCount)
            guard let payload = SHA256Digest(bytes: try reader.readRaw(byteCount: SHA256Digest.byteCount)) else {
                throw .truncated
            }
            return .charged(id, payload: payload, try PrivacyCharge(from: &reader))
        case 4: return .unknown(try reader.readUInt64())
        // A record that cannot be read, and an update that another process of this client sent.
        case 5, 6:
            _ = try AssignmentID(from: &reader)
            return .unknown(1)
        case 7, 8:
            _ = try AssignmentID(from: &reader)
            return .other
        default: throw .invalidValue
        }
    }
}
