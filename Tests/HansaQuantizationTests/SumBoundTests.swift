import HansaQuantization
import Testing

@Suite struct SumBoundTests {
    @Test func theBoundIsTheProduct() throws {
        let lattices = [try Lattice(step: 1, bound: 127), try Lattice(step: 1, shift: 4, bound: 7)]
        let bound = try SumBound(lattices: lattices, weightMax: 10, cohort: 100)
        #expect(bound.magnitudeMax == 127_000)
        #expect(bound.bitCount == 17)
    }

    /// 2^30 · 2^30 leaves room for weights and clients below 4.
    @Test func sumsOf62BitsAreTheFirstRefused() throws {
        let lattice = try Lattice(step: 1, shift: 30, bound: 1 << 30)
        #expect(try SumBound(lattices: [lattice], weightMax: 3, cohort: 1).bitCount == 62)
        #expect(throws: QuantizationError.self) { try SumBound(lattices: [lattice], weightMax: 2, cohort: 2) }
        #expect(throws: QuantizationError.self) { try SumBound(lattices: [lattice], weightMax: .max, cohort: .max) }
        #expect(throws: QuantizationError.self) { try SumBound(lattices: [], weightMax: 1, cohort: 1) }
        #expect(throws: QuantizationError.self) { try SumBound(lattices: [lattice], weightMax: 0, cohort: 1) }
        #expect(throws: QuantizationError.self) { try SumBound(lattices: [lattice], weightMax: 1, cohort: 0) }
    }
}
