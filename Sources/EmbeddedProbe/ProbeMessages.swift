import HansaClientWire
import HansaWire

/// Golden messages of every kind (Proto/golden/good.json), which the Embedded codec must read and write like the others.
enum ProbeMessages {
    /// Whether each message is read, and written as it was; prints those that are not.
    static func agree() -> Bool {
        var agrees = true
        for (kind, hex) in golden {
            let bytes = bytes(hex)
            do throws(WireError) {
                let message = try ProtobufCCodec.decode(bytes, kind: kind)
                if ProtobufCCodec.encode(message) != bytes {
                    print("message of kind \(kind.rawValue) is written otherwise")
                    agrees = false
                }
            } catch {
                print("message of kind \(kind.rawValue) is not read")
                agrees = false
            }
        }
        return agrees
    }

    private static func bytes(_ hex: StaticString) -> [UInt8] {
        let text = hex.withUTF8Buffer { Array($0) }
        func value(_ digit: UInt8) -> UInt8 { digit < 0x3A ? digit - 0x30 : digit - 0x57 }
        return stride(from: 0, to: text.count, by: 2).map { value(text[$0]) << 4 | value(text[$0 + 1]) }
    }

    // swift-format-ignore
    private static let golden: [(FrameKind, StaticString)] = [
        (.hello, "080110011a20000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f200728013002380140fcffffff1f480350016240c3a9c3a9c3a9c3a9c3a9c3a9c3a9c3a9c3a9c3a9c3a9c3a9c3a9c3a9c3a9c3a9c3a9c3a9c3a9c3a9c3a9c3a9c3a9c3a9c3a9c3a9c3a9c3a9c3a9c3a9c3a9c3a9"),
        (.workRequest, ""),
        (.modelRequest, "0a0808071001180320021220606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f188080808020"),
        (.uploadBegin, "0a0808071001180320021220808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f18ffffffffffffffffff012220a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf420bfeffffffffffffffff0101"),
        (.uploadChunk, "08808010"),
        (.withdraw, "0a080807100118032002100f"),
        (.welcome, "08011220202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f1a100102030405060708090a0b0c0d0e0f102003280130b0ea0138c0a90740a09c01480250e0d4035888276220404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f"),
        (.work, "08011a08080710011803200222280102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252627282a1e090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223242526"),
        (.model, "08011220606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f18808080802020808010"),
        (.modelChunk, "08ffffffffffffffffff01"),
        (.uploadGranted, "0a0808071001180320021080803018ffffffff0f"),
        (.uploadProgress, "08808020"),
        (.uploadAnswer, "0a0808071001180320021002180d200128dc0b"),
        (.cancel, "0a0808071001180320021003"),
        (.heartbeat, ""),
        (.goodbye, "08e0d403108827"),
        (.refusal, "0818100322800278787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878"),
    ]
}
