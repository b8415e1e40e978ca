import HansaNumerics

/// The first 24 bytes of every frame, little-endian (Proto/README.md, "Frames").
///
/// | offset | type | field |
/// | --- | --- | --- |
/// | 0 | u32 | bytes after the header |
/// | 4 | u8 | layout version, 1 |
/// | 5 | u8 | kind |
/// | 6 | u16 | 0 |
/// | 8 | u64 | session, 0 in Hello and in a refusal before Welcome |
/// | 16 | u32 | sequence, from 0 in each direction |
/// | 20 | u32 | bytes of the message; what is left are parameter bytes |
public struct FrameHeader: Hashable, Sendable {
    public var kind: FrameKind
    /// The message's bytes.
    public var messageByteCount: Int
    /// The parameter bytes after the message.
    public var dataByteCount: Int
    public var session: UInt64
    public var sequence: UInt32

    public init(kind: FrameKind, messageByteCount: Int, dataByteCount: Int = 0, session: UInt64, sequence: UInt32) {
        self.kind = kind
        self.messageByteCount = messageByteCount
        self.dataByteCount = dataByteCount
        self.session = session
        self.sequence = sequence
    }

    /// The bytes after the header.
    public var bodyByteCount: Int { messageByteCount + dataByteCount }

    /// Appends the 24 bytes.
    public func encode(into bytes: inout [UInt8]) {
        bytes.reserveCapacity(bytes.count + WireLimits.headerByteCount)
        Self.append(UInt64(truncatingIfNeeded: bodyByteCount), byteCount: 4, to: &bytes)
        bytes.append(WireLimits.layoutVersion)
        bytes.append(kind.rawValue)
        Self.append(0, byteCount: 2, to: &bytes)
        Self.append(session, byteCount: 8, to: &bytes)
        Self.append(UInt64(sequence), byteCount: 4, to: &bytes)
        Self.append(UInt64(truncatingIfNeeded: messageByteCount), byteCount: 4, to: &bytes)
    }

    /// Reads 24 bytes; refuses another layout, an unknown kind, lengths that lie and lengths above the kind's limits.
    public init(_ bytes: [UInt8]) throws(WireError) {
        guard let fields = Self.fields(of: bytes) else { throw .malformedFrame }
        guard fields.layout == WireLimits.layoutVersion else { throw .unknownLayout(fields.layout) }
        guard let kind = FrameKind(rawValue: fields.kind) else { throw .unknownKind(fields.kind) }
        guard fields.zero == 0, fields.message <= fields.body else { throw .malformedFrame }
        self.kind = kind
        session = fields.session
        sequence = fields.sequence
        messageByteCount = Int(fields.message)
        dataByteCount = Int(fields.body - fields.message)
        guard messageByteCount <= kind.messageByteCountMax else {
            throw .tooLarge(got: messageByteCount, max: kind.messageByteCountMax)
        }
        let dataMax = kind.carriesData ? WireLimits.chunkByteCountMax : 0
        guard dataByteCount <= dataMax else { throw .tooLarge(got: dataByteCount, max: dataMax) }
    }

    private typealias Fields = (
        body: UInt32, layout: UInt8, kind: UInt8, zero: UInt16, session: UInt64, sequence: UInt32, message: UInt32
    )

    /// The bare fields; nil for another number of bytes than 24.
    private static func fields(of bytes: [UInt8]) -> Fields? {
        var reader = ByteReader(bytes)
        do throws(ByteReaderError) {
            let body = try reader.readUInt32()
            let layout = try reader.readUInt8()
            let kind = try reader.readUInt8()
            let zero = UInt16(try reader.readUInt8()) | UInt16(try reader.readUInt8()) << 8
            let session = try reader.readUInt64()
            let sequence = try reader.readUInt32()
            let message = try reader.readUInt32()
            try reader.finish()
            return (body, layout, kind, zero, session, sequence, message)
        } catch {
            return nil
        }
    }

    private static func append(_ value: UInt64, byteCount: Int, to bytes: inout [UInt8]) {
        var rest = value
        for _ in 0..<byteCount {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }
}
