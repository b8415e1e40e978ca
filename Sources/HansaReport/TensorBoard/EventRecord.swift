import HansaResults

/// A record of a TensorBoard event file: the bytes of a `tensorboard.Event` between their length and their checks.
///
/// Only the few fields that scalars need are spelled, as `event.proto` and `summary.proto` number them: wall time 1,
/// step 2, file version 3, summary 5; a summary's values 1, each with a tag 1 and a value 2.
struct EventRecord {
    /// What the file holds of this event.
    let bytes: [UInt8]

    /// The record that every file begins with.
    init(fileBeginningAt time: Double) {
        var event = ProtobufWriter()
        event.double(time, field: 1)
        event.text("brain.Event:2", field: 3)
        bytes = Self.framed(event.bytes)
    }

    /// Figures of a step.
    init(time: Double, step: Int64, scalars: [(tag: String, value: Double)]) {
        var summary = ProtobufWriter()
        for (tag, value) in scalars {
            var item = ProtobufWriter()
            item.text(tag, field: 1)
            item.float(Float(value), field: 2)
            summary.message(item.bytes, field: 1)
        }
        var event = ProtobufWriter()
        event.double(time, field: 1)
        event.integer(UInt64(bitPattern: step), field: 2)
        event.message(summary.bytes, field: 5)
        bytes = Self.framed(event.bytes)
    }

    private static func framed(_ data: [UInt8]) -> [UInt8] {
        let length = ProtobufWriter.littleEndian(UInt64(data.count))
        return length + ProtobufWriter.littleEndian(CRC32C.masked(length)) + data
            + ProtobufWriter.littleEndian(CRC32C.masked(data))
    }
}

/// Fields of a protocol buffer, one after the other.
private struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    private mutating func variable(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    private mutating func key(_ field: UInt64, wire: UInt64) { variable(field << 3 | wire) }

    mutating func integer(_ value: UInt64, field: UInt64) {
        key(field, wire: 0)
        variable(value)
    }

    mutating func double(_ value: Double, field: UInt64) {
        key(field, wire: 1)
        bytes += Self.littleEndian(value.bitPattern)
    }

    mutating func float(_ value: Float, field: UInt64) {
        key(field, wire: 5)
        bytes += Self.littleEndian(value.bitPattern)
    }

    mutating func message(_ content: [UInt8], field: UInt64) {
        key(field, wire: 2)
        variable(UInt64(content.count))
        bytes += content
    }

    mutating func text(_ text: String, field: UInt64) { message(Array(text.utf8), field: field) }
}
