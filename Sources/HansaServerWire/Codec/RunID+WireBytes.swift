import HansaCore
import HansaNumerics

extension RunID {
    /// The 16 bytes in Welcome: high and low, each little-endian, as in the plan's canonical form.
    var wireBytes: [UInt8] {
        var writer = ByteWriter()
        writer.write(high)
        writer.write(low)
        return writer.bytes
    }

    /// Reads ``wireBytes``; nil for another number of bytes.
    init?(wireBytes bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        do throws(ByteReaderError) {
            self.init(high: try reader.readUInt64(), low: try reader.readUInt64())
            try reader.finish()
        } catch {
            return nil
        }
    }
}
