import HansaClient
import HansaCore
import HansaNumerics

/// A record of the outbox as the ledger sees it.
enum LedgerOutboxEntry {
    /// Its charge can be read, whatever its payload is.
    case whole(DeviceLedgerCharge)
    /// It is damaged so that only its name says what it was for.
    case unreadable(AssignmentID)

    /// More than stands before the payload of any record but one with a large local state.
    private static let headByteCountMax: UInt64 = 1 << 20

    /// Reads the charge of a record; nil for a file that was never one.
    init?(path: String, name: String) throws(SystemError) {
        var head = try Files.read(path, byteCountMax: StateFolder.recordByteCountMax, atMost: Self.headByteCountMax)
        if let record = OutboxRecord(headOf: head) {
            self = .whole(DeviceLedgerCharge(record))
            return
        }
        head = try Files.read(path, byteCountMax: StateFolder.recordByteCountMax)
        if let record = OutboxRecord(headOf: head) {
            self = .whole(DeviceLedgerCharge(record))
            return
        }
        guard let id = AssignmentID(text: String(bytes: Array(name.bytes.dropLast(".rec".utf8.count)))) else {
            return nil
        }
        self = .unreadable(id)
    }
}
