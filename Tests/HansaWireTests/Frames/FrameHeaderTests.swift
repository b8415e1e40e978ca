import HansaWire
import Testing

@Suite struct FrameHeaderTests {
    @Test("the header's 24 bytes are those of Proto/README.md")
    func bytes() throws {
        let header = FrameHeader(
            kind: .uploadChunk,
            messageByteCount: 4,
            dataByteCount: 0x01_0000,
            session: 0x0807_0605_0403_0201,
            sequence: 7
        )
        var bytes: [UInt8] = []
        header.encode(into: &bytes)
        #expect(
            bytes == [
                0x04, 0x00, 0x01, 0x00, 1, 5, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 7, 0, 0, 0, 4, 0, 0, 0,
            ]
        )
        #expect(try FrameHeader(bytes) == header)
    }
}
