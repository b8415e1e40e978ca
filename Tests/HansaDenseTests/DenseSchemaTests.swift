import HansaNumerics
import Testing

@testable import HansaDense

@Suite("An architecture recovered from its schema")
struct DenseSchemaTests {
    @Test(
        "is the one that made it",
        arguments: [
            (64, [], 10), (64, [16], 10), (784, [200, 200], 10), (19, [33, 17], 3), (1, [1], 2),
            (2, Array(repeating: 3, count: 16), 2),
        ] as [(Int, [Int], Int)]
    )
    func roundTrip(inputs: Int, hidden: [Int], classes: Int) throws {
        let architecture = try DenseArchitecture(inputCount: inputs, hiddenCounts: hidden, classCount: classes)
        #expect(try DenseArchitecture(schema: architecture.schema()) == architecture)
    }

    private static let blocks = [
        ParameterBlock(name: "layers.0.weight", shape: [3, 4]), ParameterBlock(name: "layers.0.bias", shape: [3]),
        ParameterBlock(name: "layers.1.weight", shape: [2, 3]), ParameterBlock(name: "layers.1.bias", shape: [2]),
    ]

    @Test(
        "is refused at the block that is not its own",
        arguments: [
            (0, ParameterBlock(name: "layers.1.weight.", shape: [3, 4])), (0, ParameterBlock(name: "w", shape: [12])),
            (1, ParameterBlock(name: "layers.0.bias", shape: [4])),
            (1, ParameterBlock(name: "layers.0.bias", shape: [3, 1])),
            (2, ParameterBlock(name: "layers.1.weight", shape: [2, 4])),
            (3, ParameterBlock(name: "layers.1.bias", shape: [2], role: .router(layer: 0))),
        ]
    )
    func refusal(index: Int, block: ParameterBlock) throws {
        var blocks = Self.blocks
        #expect(try DenseArchitecture(schema: ParameterSchema(blocks)).hiddenCounts == [3])
        blocks[index] = block
        let schema = try ParameterSchema(blocks)
        #expect(throws: DenseError.notDense(block: index)) { try DenseArchitecture(schema: schema) }
    }

    @Test("may keep blocks on the client")
    func localBlocks() throws {
        var blocks = Self.blocks
        blocks[2] = ParameterBlock(name: "layers.1.weight", shape: [2, 3], role: .local)
        #expect(try DenseArchitecture(schema: ParameterSchema(blocks)).hiddenCounts == [3])
    }

    @Test("is refused where blocks are missing or widths outside the limits")
    func limits() throws {
        let odd = try ParameterSchema(Array(Self.blocks.dropLast()))
        #expect(throws: DenseError.notDense(block: 2)) { try DenseArchitecture(schema: odd) }
        let one = try ParameterSchema([
            ParameterBlock(name: "layers.0.weight", shape: [1, 4]), ParameterBlock(name: "layers.0.bias", shape: [1]),
        ])
        #expect(throws: DenseError.tooFewClasses(got: 1)) { try DenseArchitecture(schema: one) }
        let wide = try ParameterSchema([
            ParameterBlock(name: "layers.0.weight", shape: [2, 1 << 21]),
            ParameterBlock(name: "layers.0.bias", shape: [2]),
        ])
        #expect(throws: DenseError.invalidWidth(layer: 0, got: 1 << 21, max: 1 << 20)) {
            try DenseArchitecture(schema: wide)
        }
    }
}
