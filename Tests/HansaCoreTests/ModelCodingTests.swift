import HansaCore
import HansaNumerics
import HansaQuantization
import Testing

@Suite struct ModelCodingTests {
    private func parameters(_ count: Int) -> [Float] {
        var words = RandomStream(seed: 5, purpose: .initialization)
        return (0..<count).map { _ in Float(words.nextDouble() - 0.5) }
    }

    @Test("float32 sections come back as they were, local blocks as zero")
    func exact() throws {
        let schema = try PlanFixtures.schema()
        let plan = try PlanFixtures.plan()
        let model = parameters(schema.count)
        var words = RandomStream(seed: 1, purpose: .rounding)
        let bytes = try ModelCoding.encode(model, sections: plan.down, schema: schema, words: &words)
        #expect(bytes.count == plan.modelByteCount(schema: schema))
        let decoded = try ModelCoding.decode(bytes, sections: plan.down, schema: schema)
        var expected = model
        for index in 605..<607 { expected[index] = 0 }
        #expect(decoded == expected)
    }

    @Test("packed sections come back within one step, and the same from the same words", arguments: [2, 4, 8, 16, 32])
    func packed(bits: Int) throws {
        let schema = try PlanFixtures.schema()
        let model = parameters(schema.count)
        let sections = try ModelCoding.packedSections(
            PlanFixtures.plan().down,
            of: model,
            schema: schema,
            width: BitWidth(bits)
        )
        func encoded(_ seed: UInt64) throws -> [UInt8] {
            var words = RandomStream(seed: seed, purpose: .rounding)
            return try ModelCoding.encode(model, sections: sections, schema: schema, words: &words)
        }
        let bytes = try encoded(1)
        #expect(try encoded(1) == bytes)
        #expect(try encoded(2) != bytes)
        let decoded = try ModelCoding.decode(bytes, sections: sections, schema: schema)
        for section in sections {
            guard case .packed(let lattice, _) = section.encoding else { throw QuantizationError.invalidLattice }
            for index in schema.parameterRange(ofBlocks: section.blocks) {
                #expect(abs(decoded[index] - model[index]) <= Float(lattice.ownStep) * 1.0001)
            }
        }
    }

    @Test("a model of zeros can be sent")
    func zeros() throws {
        let schema = try PlanFixtures.schema()
        let model = [Float](repeating: 0, count: schema.count)
        let sections = try ModelCoding.packedSections(
            PlanFixtures.plan().down,
            of: model,
            schema: schema,
            width: BitWidth(8)
        )
        var words = RandomStream(seed: 1, purpose: .rounding)
        let bytes = try ModelCoding.encode(model, sections: sections, schema: schema, words: &words)
        #expect(try ModelCoding.decode(bytes, sections: sections, schema: schema) == model)
    }

    @Test("bytes too few, bytes too many and integers outside the lattice are refused")
    func refusals() throws {
        let schema = try PlanFixtures.schema()
        let model = parameters(schema.count)
        let sections = try ModelCoding.packedSections(
            PlanFixtures.plan().down,
            of: model,
            schema: schema,
            width: BitWidth(8)
        )
        var words = RandomStream(seed: 1, purpose: .rounding)
        let bytes = try ModelCoding.encode(model, sections: sections, schema: schema, words: &words)
        for wrong in [Array(bytes.dropLast()), bytes + [0], []] {
            #expect(throws: QuantizationError.self) {
                try ModelCoding.decode(wrong, sections: sections, schema: schema)
            }
        }
        var outside = bytes
        outside[600] = 0x80
        #expect(throws: QuantizationError.outsideBound) {
            try ModelCoding.decode(outside, sections: sections, schema: schema)
        }
    }
}
