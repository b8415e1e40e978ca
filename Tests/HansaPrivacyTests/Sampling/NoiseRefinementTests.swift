import CHansaKernels
import Foundation
import Testing

@testable import HansaPrivacy

@Suite("Exact boundaries") struct NoiseRefinementTests {
    struct Vectors: Decodable {
        struct Boundary: Decodable {
            let kind, shift: UInt32
            let numerator, denominator, outcome, floor: UInt64
        }
        struct Acceptance: Decodable {
            let kind, shift: UInt32
            let numerator, denominator, outcome, offset, floor: UInt64
        }
        let boundaries: [Boundary]
        let acceptances: [Acceptance]

        static func load() throws -> Vectors {
            let url = try #require(Bundle.module.url(forResource: "Vectors/sampling", withExtension: "json"))
            return try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: url))
        }
    }

    /// A table in memory of its own.
    private static func boundaries(_ law: hansa_noise_law, bits: UInt32 = 63) -> [UInt64] {
        var law = law
        var boundaries = [UInt64](repeating: 0, count: 1 << 16)
        let count = hansa_noise_table_build(&law, bits, &boundaries, boundaries.count)
        return Array(boundaries[1..<(count + 1)])
    }

    private static let laws = [
        hansa_noise_law(kind: 1, shift: 0, numerator: 22, denominator: 7),
        hansa_noise_law(kind: 1, shift: 2, numerator: 100, denominator: 3),
        hansa_noise_law(kind: 2, shift: 0, numerator: 100, denominator: 7),
        hansa_noise_law(kind: 2, shift: 1, numerator: 1000, denominator: 1),
        hansa_noise_law(kind: 3, shift: 0, numerator: 100, denominator: 7),
        hansa_noise_law(kind: 3, shift: 2, numerator: 2000, denominator: 1),
    ]

    @Test("the table's boundaries are the floors of the independently computed ones")
    func floors() throws {
        let vectors = try Vectors.load().boundaries
        #expect(vectors.count > 100)
        for vector in vectors {
            let law = hansa_noise_law(
                kind: vector.kind,
                shift: vector.shift,
                numerator: vector.numerator,
                denominator: vector.denominator
            )
            let boundaries = Self.boundaries(law)
            let index = Int(vector.outcome)
            try #require(boundaries.count > index)
            #expect(boundaries[index] == vector.floor, "kind \(vector.kind), outcome \(index)")
        }
    }

    @Test("a value is accepted exactly below its independently computed probability")
    func acceptances() throws {
        for vector in try Vectors.load().acceptances {
            var law = hansa_noise_law(
                kind: vector.kind,
                shift: vector.shift,
                numerator: vector.numerator,
                denominator: vector.denominator
            )
            func verdict(_ words: [UInt64]) -> Int32 {
                hansa_noise_accept(&law, vector.outcome, vector.offset, words, words.count)
            }
            let name: Comment = "kind \(vector.kind), outcome \(vector.outcome), offset \(vector.offset)"
            for distance: UInt64 in [1, 2, 1 << 10, 1 << 30, 1 << 50] {
                if vector.floor >= distance { #expect(verdict([vector.floor - distance]) == 1, name) }
                let (above, overflows) = vector.floor.addingReportingOverflow(distance)
                if !overflows { #expect(verdict([above]) == 0, name) }
            }
            #expect(verdict([0]) == 1, name)
            #expect(verdict([vector.floor]) == -1, name)
            #expect(verdict([vector.floor, 0]) == 1, name)
            #expect(verdict([vector.floor, .max]) == 0, name)
        }
    }

    @Test("the cell of a boundary is decided by further words, on both sides of it", arguments: laws.indices)
    func cells(index: Int) {
        var law = Self.laws[index]
        let boundaries = Self.boundaries(law)
        for (outcome, boundary) in boundaries.enumerated().prefix(60) {
            guard outcome == 0 || boundaries[outcome - 1] < boundary else { continue }
            #expect(hansa_noise_resolve(&law, 63, boundary, [0], 1) == outcome)
            #expect(hansa_noise_resolve(&law, 63, boundary, [.max], 1) > outcome)
            #expect(hansa_noise_resolve(&law, 63, boundary, [], 0) == -1)
        }
    }

    @Test("the table and the exact comparison agree on every number", arguments: laws.indices)
    func agreement(index: Int) throws {
        var law = Self.laws[index]
        let boundaries = Self.boundaries(law)
        var stream = try NoiseStream(key: [UInt8](repeating: UInt8(index), count: 32))
        for _ in 0..<2_000 {
            let word = try stream.next64()
            let v = word >> 1
            // All boundaries that are not above v; none is equal to it but with probability 2^-55.
            let expected = boundaries.firstIndex { $0 > v } ?? boundaries.count
            #expect(hansa_noise_resolve(&law, 63, v, [], 0) == expected)
            // The same number, cut after its eighth bit.
            #expect(hansa_noise_resolve(&law, 8, word >> 56, [word << 8, 0, 0, 0], 4) == expected)
        }
    }

    @Test("the far tail: numbers next to one are decided with enough words", arguments: laws.indices)
    func tail(index: Int) {
        var law = Self.laws[index]
        var nearly: [UInt64] = [.max, .max, .max]
        #expect(hansa_noise_resolve(&law, 63, .max >> 1, nearly, 3) == -1)
        nearly += [0]
        // Ones and then zeros: between the outcomes of 2^-254 and less.
        let far = hansa_noise_resolve(&law, 63, .max >> 1, nearly, 4)
        #expect(far > Self.boundaries(law).count)
    }

    @Test("loops stop at words beyond the table and in a boundary's cell", arguments: laws.indices)
    func undecided(index: Int) {
        let floors = Self.boundaries(Self.laws[index])
        let boundaries = [.max] + floors + [.max]
        var guide = [UInt16](repeating: 0, count: 1 << 8)
        hansa_noise_guide_build(boundaries, floors.count, 63, 55, &guide)
        var values = [Int32](repeating: 0, count: 4)
        guide.withUnsafeBufferPointer { guide in
            boundaries.withUnsafeBufferPointer { boundaries in
                var table = hansa_noise_table(
                    boundaries: boundaries.baseAddress,
                    guide: guide.baseAddress,
                    count: UInt32(floors.count),
                    bits: 63,
                    guide_shift: 55
                )
                for word in [UInt64.max, floors[2] << 1] {
                    #expect(hansa_noise_lookup(&table, word) == -1)
                    #expect(hansa_noise_signed(&table, [0, 0, 0, word], 4, &values) == 3)
                    #expect(hansa_noise_difference(&table, [0, 0, 0, 0, word, 0], 3, &values) == 2)
                    #expect(hansa_noise_difference(&table, [0, 0, 0, word, 0, 0], 3, &values) == 1)
                }
                // Next to a boundary nothing is open.
                #expect(hansa_noise_lookup(&table, (floors[2] - 1) << 1) == 2)
                #expect(hansa_noise_lookup(&table, (floors[2] + 1) << 1) == 3)
            }
        }
    }
}
