import HansaCore
import HansaDense
import HansaNumerics
import Testing

@testable import HansaClientTransport

@Suite("Examples from npy files")
struct NPYExamplesTests {
    /// A file of version 1 with any header and any values.
    static func file(_ header: String, _ values: [UInt8], version: UInt8 = 1) -> [UInt8] {
        var writer = ByteWriter()
        writer.writeRaw(NPYFile.magic + [version, 0])
        let text = Array(header.utf8)
        writer.writeRaw([UInt8(text.count & 255), UInt8(text.count >> 8)] + (version == 1 ? [] : [0, 0]) + text)
        writer.writeRaw(values)
        return writer.bytes
    }

    static func header(_ type: String, _ shape: String, fortran: String = "False") -> String {
        "{'descr': '\(type)', 'fortran_order': \(fortran), 'shape': \(shape), }\n"
    }

    static func floats(_ values: [Float]) -> [UInt8] {
        var writer = ByteWriter()
        for value in values { writer.write(value) }
        return writer.bytes
    }

    static func doubles(_ values: [Double]) -> [UInt8] {
        var writer = ByteWriter()
        for value in values { writer.write(value) }
        return writer.bytes
    }

    /// Two labels, 1 and 0.
    static let labels = file(header("|u1", "(2,)"), [1, 0])
    static let features = file(header("<f4", "(2, 2)"), floats([1, -2, 0.5, 0]))

    static func rows(_ source: NPYExamples) -> [[Float]] {
        (0..<source.count).map { index in
            [Float](unsafeUninitializedCapacity: source.featureCount) { place, count in
                place.initialize(repeating: .nan)
                source.copyFeatures(ofExample: index, to: place)
                count = place.count
            }
        }
    }

    /// What `numpy.save` 2.0 writes for `numpy.array([[1, 2], [3, 4]], dtype="<f4")`.
    @Test("read what NumPy wrote, byte for byte")
    func golden() throws {
        let dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }"
        let text = dictionary + String(repeating: " ", count: 117 - dictionary.utf8.count) + "\n"
        let file = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 0x01, 0x00, 0x76, 0x00] + Array(text.utf8)
        #expect(file.count == 128)
        let values: [UInt8] = [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40, 0, 0, 0x80, 0x40]
        let source = try NPYExamples(features: file + values, labels: Self.labels)
        #expect(Self.rows(source) == [[1, 2], [3, 4]])
        #expect((0..<source.count).map { source.label(ofExample: $0) } == [1, 0])
    }

    @Test("read each type, rank and version as it is stored")
    func types() throws {
        let cases: [(features: [UInt8], rows: [[Float]])] = [
            (Self.features, [[1, -2], [0.5, 0]]),
            (Self.file(Self.header("<f4", "(2,2)"), Self.floats([1, 2, 3, 4]), version: 2), [[1, 2], [3, 4]]),
            (Self.file(Self.header("<f8", "(2, 1)"), Self.doubles([0.1, 7])), [[Float(0.1)], [7]]),
            (Self.file(Self.header("|u1", "(2, 1, 3)"), [0, 1, 255, 3, 4, 5]), [[0, 1, 255], [3, 4, 5]]),
            (Self.file(Self.header("<f4", "(2,)", fortran: "True"), Self.floats([5, 6])), [[5], [6]]),
        ]
        for (features, rows) in cases {
            #expect(Self.rows(try NPYExamples(features: features, labels: Self.labels)) == rows)
        }
        var wide = ByteWriter()
        wide.write(Int64(3))
        wide.write(Int64(Int32.max))
        for labels in [
            Self.file(Self.header("<i8", "(2,)"), wide.bytes),
            Self.file(Self.header("<i4", "(2,)"), [3, 0, 0, 0, 255, 255, 255, 127]),
        ] {
            let source = try NPYExamples(features: Self.features, labels: labels)
            #expect(source.label(ofExample: 0) == 3)
            #expect(source.label(ofExample: 1) == 2_147_483_647)
        }
    }

    static let refused: [(features: [UInt8], words: String)] = [
        ([], "not an npy file"), (Array(features.prefix(9)), "not an npy file"),
        ([0] + features.dropFirst(), "not an npy file"),
        (Array(features.dropLast()), "15 bytes of values, expected 16"),
        (features + [0], "17 bytes of values, expected 16"),
        (file(header("<f4", "(2, 2)"), floats([1, 2, .nan, 4])), "NaN"),
        (file(header("<f4", "(2, 2)"), floats([1, 2, 3, .infinity])), "infinity"),
        (file(header("<f8", "(2, 1)"), doubles([1, 1e300])), "beyond float32"),
        (file(header(">f4", "(2, 2)"), floats([1, 2, 3, 4])), "<f4, <f8, |u1"),
        (file(header("<f4", "(2, 2)", fortran: "True"), floats([1, 2, 3, 4])), "C order"),
        (file(header("<f4", "()"), floats([1])), "(examples, features"),
        (file(header("<f4", "(0, 4)"), []), "(examples, features"),
        (file(header("<f4", "(2, 0)"), []), "(examples, features"),
        (file(header("<f4", "(4611686018427387904, 4)"), []), "fit in memory"),
        (file(header("<f4", "(9223372036854775808,)"), []), "not an npy file"),
        (file(header("<f4", "(-1,)"), []), "not an npy file"),
        (file(header("<f4", "(1, 4)"), floats([1, 2, 3, 4])), "1 examples of features and 2 labels"),
        (file("{'descr': '<f4', 'descr': '<f4'}", []), "not an npy file"), (file("{", []), "not an npy file"),
        (file(header("<f4", "(2, 2)") + "x", floats([1, 2, 3, 4])), "not an npy file"),
        (file(header("<f4", "(2, 2)"), floats([1, 2, 3, 4]), version: 3), "version 3.0"),
    ]

    @Test("refuse what is damaged, not finite, or of a form that is not read", arguments: refused.indices)
    func refusals(index: Int) throws {
        let (features, words) = Self.refused[index]
        let error = #expect(throws: NPYError.self) { try NPYExamples(features: features, labels: Self.labels) }
        let message = try #require(error).description
        #expect(message.contains(words), "\(message)")
    }

    @Test("refuse labels that are no classes")
    func labelRefusals() {
        for (labels, words) in [
            (Self.file(Self.header("<i4", "(2,)"), [0, 0, 0, 0, 255, 255, 255, 255]), "outside 0 to"),
            (Self.file(Self.header("<i8", "(2,)"), [UInt8](repeating: 0, count: 12) + [1, 0, 0, 0]), "outside 0 to"),
            (Self.file(Self.header("<f4", "(2,)"), Self.floats([0, 1])), "|u1, <i4, <i8"),
            (Self.file(Self.header("|u1", "(2, 1)"), [0, 1]), "(examples,)"),
        ] {
            let error = #expect(throws: NPYError.self) { try NPYExamples(features: Self.features, labels: labels) }
            #expect(error?.description.contains(words) == true)
        }
    }

    @Test("never trap, however the file is cut or flipped", arguments: 0..<8)
    func garbage(bit: Int) {
        for index in Self.features.indices {
            var flipped = Self.features
            flipped[index] ^= 1 << UInt8(bit)
            if let source = try? NPYExamples(features: flipped, labels: Self.labels) { _ = Self.rows(source) }
            _ = try? NPYExamples(features: Array(Self.features[..<index]), labels: Self.labels)
        }
    }

    @Test("are read from files, whose absence is said")
    func files() throws {
        let folder = try TrainingFolder()
        try folder.write(Self.features, to: "x.npy")
        try folder.write(Self.labels, to: "y.npy")
        let source = try NPYExamples(featuresPath: folder.path("x.npy"), labelsPath: folder.path("y.npy"))
        #expect(source.count == 2)
        let error = #expect(throws: NPYError.self) {
            try NPYExamples(featuresPath: folder.path("z.npy"), labelsPath: folder.path("y.npy"))
        }
        #expect(error?.description.contains("No such file") == true)
    }
}
