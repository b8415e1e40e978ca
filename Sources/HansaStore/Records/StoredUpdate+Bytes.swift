import HansaCoordinator
import HansaCore
import HansaNumerics

extension StoredUpdate {
    /// The byte form that segments and rows keep: the report, then the weight as `i64`.
    var recordBytes: [UInt8] {
        var writer = ByteWriter(reservingCapacity: 128)
        report.encode(into: &writer)
        writer.write(weight)
        return writer.bytes
    }

    init(recordBytes bytes: [UInt8]) throws(ByteReaderError) {
        var reader = ByteReader(bytes)
        self.init(report: try UpdateReport(from: &reader), weight: try reader.readInt64())
        try reader.finish()
    }
}
