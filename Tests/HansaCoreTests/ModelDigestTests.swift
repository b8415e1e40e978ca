import HansaCore
import HansaNumerics
import Testing

/// The digest by which runs, transports and restarts are compared.
///
/// The golden values were computed by Python's hashlib and struct from the format's description.
@Suite struct ModelDigestTests {
    static func schema() throws -> ParameterSchema {
        try ParameterSchema([
            ParameterBlock(name: "w", shape: [2, 3]),
            ParameterBlock(name: "gate", shape: [2], role: .router(layer: 4)),
            ParameterBlock(name: "head", shape: [1], role: .local),
        ])
    }

    static let parameters: [Float] = [0, -0.0, 1.5, -2.25, 1e-30, 3.4e38, 7, -1, 0.1]

    @Test func theDigestIsTheGoldenOne() throws {
        let schema = try Self.schema()
        #expect(
            SHA256Digest(hashing: schema.canonicalBytes).hexadecimal
                == "eccfc10b5735b698677e05a65eb7a012655278cf77c00b95fc8d4794e55509eb"
        )
        #expect(
            SHA256Digest(schema: schema, parameters: Self.parameters).hexadecimal
                == "1995a83923d64dbf84ac8648f43b75f335622529876678e7f2673cccf23adca6"
        )
    }

    @Test func everyBitOfEveryParameterCounts() throws {
        let schema = try Self.schema()
        var digests: Set<SHA256Digest> = [SHA256Digest(schema: schema, parameters: Self.parameters)]
        for index in Self.parameters.indices {
            for bit in 0..<32 {
                var other = Self.parameters
                other[index] = Float(bitPattern: other[index].bitPattern ^ (1 << UInt32(bit)))
                #expect(digests.insert(SHA256Digest(schema: schema, parameters: other)).inserted)
            }
        }
    }

    @Test func aRenamedBlockIsAnotherModel() throws {
        var blocks = try Self.schema().blocks
        blocks[0] = ParameterBlock(name: "v", shape: [2, 3])
        let other = try ParameterSchema(blocks)
        #expect(
            SHA256Digest(schema: other, parameters: Self.parameters)
                != SHA256Digest(schema: try Self.schema(), parameters: Self.parameters)
        )
    }
}
