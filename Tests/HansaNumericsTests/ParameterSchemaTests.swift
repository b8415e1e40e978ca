import HansaNumerics
import Testing

@Suite struct ParameterSchemaTests {
    static func example() throws -> ParameterSchema {
        try ParameterSchema([
            ParameterBlock(name: "embedding", shape: [5, 3]),
            ParameterBlock(name: "router", shape: [2], role: .router(layer: 1)),
            ParameterBlock(name: "expert", shape: [2, 2, 2], role: .expert(layer: 1, index: 3)),
            ParameterBlock(name: "größe", shape: [], role: .local),
        ])
    }

    @Test func offsetsFollowTheShapes() throws {
        let schema = try Self.example()
        #expect(schema.offsets == [0, 15, 17, 25, 26])
        #expect(schema.parameterRange(ofBlocks: 1..<3) == 15..<25)
    }

    @Test func invalidBlocksAreRefused() {
        #expect(throws: SchemaError.noBlocks) { try ParameterSchema([]) }
        #expect(throws: SchemaError.duplicateName("a")) {
            try ParameterSchema([ParameterBlock(name: "a", shape: [1]), ParameterBlock(name: "a", shape: [1])])
        }
        #expect(throws: SchemaError.invalidShape(block: 0)) {
            try ParameterSchema([ParameterBlock(name: "a", shape: [0])])
        }
        #expect(throws: SchemaError.invalidName(block: 0)) {
            try ParameterSchema([ParameterBlock(name: "", shape: [1])])
        }
        #expect(throws: SchemaError.tooManyParameters) {
            try ParameterSchema([ParameterBlock(name: "a", shape: [1 << 20, 1 << 20])])
        }
        #expect(throws: SchemaError.invalidRole(block: 0)) {
            try ParameterSchema([ParameterBlock(name: "a", shape: [1], role: .router(layer: -1))])
        }
    }

    @Test func canonicalBytesRoundTrip() throws {
        let schema = try Self.example()
        var reader = ByteReader(schema.canonicalBytes)
        #expect(try ParameterSchema(from: &reader) == schema)
        #expect(reader.remaining == 0)
    }

    @Test func everyTruncationIsRefused() throws {
        let bytes = try Self.example().canonicalBytes
        for length in 0..<bytes.count {
            var reader = ByteReader(Array(bytes[..<length]))
            #expect(throws: SchemaError.malformed) { try ParameterSchema(from: &reader) }
        }
    }

    /// What is accepted is the canonical form of what was read, so no two byte strings mean one schema.
    @Test func flippedBytesAreRefusedOrMeanAnotherSchema() throws {
        let schema = try Self.example()
        let bytes = schema.canonicalBytes
        var refused = 0
        for offset in bytes.indices {
            for flip in [1, 0x80, 0xFF] as [UInt8] {
                var changed = bytes
                changed[offset] ^= flip
                var reader = ByteReader(changed)
                do {
                    let other = try ParameterSchema(from: &reader)
                    #expect(other != schema)
                    #expect(other.canonicalBytes == Array(changed[..<(changed.count - reader.remaining)]))
                } catch {
                    refused += 1
                }
            }
        }
        #expect(refused > bytes.count)
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func randomBytesNeverTrap(seed: UInt64) {
        var stream = RandomStream(seed: seed, purpose: .faults)
        for _ in 0..<2_000 {
            let length = Int(stream.next(below: 64))
            // Small numbers reach deeper than uniform bytes.
            var reader = ByteReader((0..<length).map { _ in UInt8(stream.next(below: 5)) })
            _ = try? ParameterSchema(from: &reader)
        }
    }
}
