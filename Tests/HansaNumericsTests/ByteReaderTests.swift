import HansaNumerics
import Testing

@Suite struct ByteReaderTests {
    static func written() -> [UInt8] {
        var writer = ByteWriter()
        writer.write(UInt8(7))
        writer.write(true)
        writer.write(UInt32(0x0102_0304))
        writer.write(UInt64(0x0102_0304_0506_0708))
        writer.write(Int64(-2))
        writer.write(Float(1.5))
        writer.write(-0.0)
        writer.write("ä")
        writer.writeCounted([9, 8])
        return writer.bytes
    }

    static func read(_ bytes: [UInt8]) throws(ByteReaderError) {
        var reader = ByteReader(bytes)
        let byte = try reader.readUInt8()
        let flag = try reader.readBool()
        let word = try reader.readUInt32()
        let long = try reader.readUInt64()
        let signed = try reader.readInt64()
        let float = try reader.readFloat()
        let double = try reader.readDouble()
        let text = try reader.readString(byteCountMax: 2)
        let counted = try reader.readCounted(byteCountMax: 2)
        try reader.finish()
        #expect(byte == 7 && flag && word == 0x0102_0304 && long == 0x0102_0304_0506_0708 && signed == -2)
        #expect(float == 1.5 && double.bitPattern == (-0.0).bitPattern && text == "ä" && counted == [9, 8])
    }

    @Test func valuesRoundTripInLittleEndian() throws {
        let bytes = Self.written()
        #expect(Array(bytes[2..<6]) == [4, 3, 2, 1])
        try Self.read(bytes)
    }

    @Test func everyTruncationIsRefused() {
        let bytes = Self.written()
        for length in 0..<bytes.count {
            #expect(throws: ByteReaderError.truncated) { try Self.read(Array(bytes[..<length])) }
        }
    }

    @Test func leftOverBytesLongCountsAndUnknownValuesAreRefused() {
        #expect(throws: ByteReaderError.trailingBytes(1)) { try Self.read(Self.written() + [0]) }
        var reader = ByteReader([3, 0, 0, 0, 1, 2, 3])
        #expect(throws: ByteReaderError.tooLong(got: 3, max: 2)) { try reader.readCounted(byteCountMax: 2) }
        var flag = ByteReader([2])
        #expect(throws: ByteReaderError.invalidValue) { try flag.readBool() }
        var text = ByteReader([1, 0, 0, 0, 0xFF])
        #expect(throws: ByteReaderError.invalidValue) { try text.readString(byteCountMax: 8) }
        var raw = ByteReader([1])
        #expect(throws: ByteReaderError.truncated) { try raw.readRaw(byteCount: -1) }
    }
}
