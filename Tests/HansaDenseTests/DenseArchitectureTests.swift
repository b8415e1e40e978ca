import HansaNumerics
import Testing

@testable import HansaDense

@Suite("A dense architecture")
struct DenseArchitectureTests {
    @Test("has W1's blocks in flat order")
    func schema() throws {
        let architecture = try DenseArchitecture(inputCount: 784, hiddenCounts: [200, 200], classCount: 10)
        let schema = architecture.schema()
        #expect(
            schema.blocks.map(\.name) == [
                "layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias", "layers.2.weight",
                "layers.2.bias",
            ]
        )
        #expect(schema.blocks.map(\.shape) == [[200, 784], [200], [200, 200], [200], [10, 200], [10]])
        #expect(schema.count == 199_210)
        #expect(architecture.parameterCount == 199_210)
    }

    @Test("refuses widths, depths and sizes outside its limits")
    func limits() {
        #expect(throws: DenseError.invalidWidth(layer: 0, got: 0, max: 1 << 20)) {
            try DenseArchitecture(inputCount: 0, classCount: 2)
        }
        #expect(throws: DenseError.invalidWidth(layer: 1, got: -4, max: 1 << 20)) {
            try DenseArchitecture(inputCount: 3, hiddenCounts: [-4], classCount: 2)
        }
        #expect(throws: DenseError.invalidWidth(layer: 1, got: .max, max: 1 << 20)) {
            try DenseArchitecture(inputCount: 3, hiddenCounts: [.max], classCount: 2)
        }
        #expect(throws: DenseError.tooFewClasses(got: 1)) { try DenseArchitecture(inputCount: 3, classCount: 1) }
        #expect(throws: DenseError.tooManyLayers(got: 17, max: 16)) {
            try DenseArchitecture(inputCount: 3, hiddenCounts: Array(repeating: 2, count: 17), classCount: 2)
        }
        #expect(throws: DenseError.tooManyParameters(max: 1 << 27)) {
            try DenseArchitecture(inputCount: 1 << 20, hiddenCounts: [1 << 20], classCount: 2)
        }
    }

    @Test("starts within ±1/√inputs, the same for one seed", arguments: [1, 2, 3] as [UInt64])
    func initialParameters(seed: UInt64) throws {
        let architecture = try DenseArchitecture(inputCount: 25, hiddenCounts: [100], classCount: 7)
        let parameters = architecture.initialParameters(seed: seed)
        #expect(parameters.count == architecture.parameterCount)
        #expect(architecture.initialParameters(seed: seed) == parameters)
        #expect(architecture.initialParameters(seed: seed + 1) != parameters)
        let first = parameters[..<2600]
        let second = parameters[2600...]
        // Of 2,600 and 707 uniform numbers the largest is within 5 % of the bound but for one chance in 10^15.
        #expect(first.allSatisfy { abs($0) <= 0.2 } && first.contains { abs($0) > 0.19 })
        #expect(second.allSatisfy { abs($0) <= 0.1 } && second.contains { abs($0) > 0.095 })
    }
}
