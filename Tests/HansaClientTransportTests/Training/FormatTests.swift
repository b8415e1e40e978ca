import Foundation
import HansaCore
import HansaNumerics
import Testing

@testable import HansaClientTransport

@Suite("The trainer's formats")
struct FormatTests {
    private static func read(_ text: String) -> JSONValue? { JSONReader.read(Array(text.utf8)) }

    @Test("JSON is read as it is written")
    func json() throws {
        let text =
            #" {"a":[1,-0.5e1,true,false,null],"é\n\u00e9\ud83d\ude00":{"b":"\"\\\/"}, "c":-9223372036854775808}"#
        let value = try #require(Self.read(text))
        #expect(value["a"] == .array([.integer(1), .number(-5), .boolean(true), .boolean(false), .null]))
        #expect(value["é\né😀"]?["b"] == .string("\"\\/"))
        #expect(value["c"] == .integer(.min))
        #expect(JSONReader.read(JSONWriter.write(value)) == value)
        #expect(JSONWriter.write(.object([])) == Array("{}".utf8))
        #expect(JSONWriter.write(.array([.string("\u{1}")])) == Array(#"["\u0001"]"#.utf8))
        #expect(Self.read("9223372036854775808") == .number(9_223_372_036_854_775_808))
    }

    @Test(
        "A number is written in digits that are read as it",
        arguments: [
            (0.0, "0.0"), (30, "30.0"), (-5, "-5.0"), (1.5, "1.5"), (0.1, "0.1"), (1e-5, "1e-05"), (1e22, "1e+22"),
            (Double(Float(0.1)), "0.10000000149011612"), (-1.7976931348623157e308, "-1.7976931348623157e+308"),
        ]
    )
    func number(value: Double, text: String) {
        #expect(JSONWriter.write(.number(value)) == Array(text.utf8))
        #expect(JSONReader.read(Array(text.utf8)) == .number(value))
    }

    @Test(
        "JSON that is none is refused",
        arguments: [
            "", "{", "}", "[1,]", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "{a:1}", "01", "1.", ".5", "+1", "1e", "NaN",
            "Infinity", "1e999", "tru", "\"\n\"", "\"\\x\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\u12\"", "\"a", "1 2",
            "-",
            "[[[[[[[[[1]]]]]]]]]", "{\"a\" 1}", "[1 2]",
        ]
    )
    func invalidJSON(text: String) { #expect(Self.read(text) == nil) }

    @Test("JSON's depth is bounded at eight")
    func depth() {
        #expect(Self.read(String(repeating: "[", count: 8) + String(repeating: "]", count: 8)) != nil)
        #expect(Self.read(String(repeating: "[", count: 100_000)) == nil)
        #expect(JSONReader.read([0x22, 0xFF, 0x22]) == nil)
    }

    private static func schema() throws -> ParameterSchema {
        try ParameterSchema([
            ParameterBlock(name: "a \"quoted\"", shape: [2, 3]), ParameterBlock(name: "b", shape: [2], role: .local),
        ])
    }

    @Test("Safetensors come back in the schema's order")
    func safetensors() throws {
        let folder = try TrainingFolder()
        let parameters: [Float] = [1, 2, 3, 4, 5, 6, -7, 0.5]
        #expect(SafetensorsFile.write(parameters, schema: try Self.schema(), to: folder.path("m")) == 0)
        #expect(try SafetensorsFile.read(folder.path("m"), schema: try Self.schema()) == parameters)
        #expect(throws: SafetensorsError.doesNotFit(tensor: "b")) {
            try SafetensorsFile.read(folder.path("m"), schema: ParameterSchema([Self.schema().blocks[0]]))
        }
        #expect(throws: SafetensorsError.unreadable) {
            try SafetensorsFile.read(folder.path("none"), schema: try Self.schema())
        }
        #expect(throws: SafetensorsError.unreadable) {
            try SafetensorsFile.read(folder.path("."), schema: try Self.schema())
        }
        let bytes = try folder.read("m")
        for index in bytes.indices {
            var flipped = bytes
            flipped[index] ^= 0x10
            try folder.write(flipped, to: "f")
            _ = try? SafetensorsFile.read(folder.path("f"), schema: Self.schema())
            try folder.write(Array(bytes[..<index]), to: "f")
            #expect(throws: SafetensorsError.malformed) {
                try SafetensorsFile.read(folder.path("f"), schema: try Self.schema())
            }
        }
    }

    @Test(
        "Safetensors with holes, overlaps or offsets beyond the file are refused",
        arguments: [
            (0, 8, 8, 16, 16, true), (8, 16, 0, 8, 16, true), (0, 8, 0, 8, 16, false), (0, 8, 8, 16, 20, false),
            (0, 8, 12, 20, 20, false), (-8, 0, 0, 8, 16, false), (8, 0, 8, 16, 16, false), (0, 8, 8, 16, 12, false),
            (0, 4, 4, 16, 16, false),
        ]
    )
    func offsets(a: Int, aEnd: Int, b: Int, bEnd: Int, byteCount: Int, isGood: Bool) throws {
        let folder = try TrainingFolder()
        let header =
            #"{"__metadata__":{"by":"a test"},"a":{"dtype":"F32","shape":[2],"data_offsets":[\#(a),\#(aEnd)]},"#
            + #""b":{"dtype":"F32","shape":[2],"data_offsets":[\#(b),\#(bEnd)]}}"#
        var writer = ByteWriter()
        writer.write(UInt64(header.utf8.count))
        writer.writeRaw(Array(header.utf8) + [UInt8](repeating: 0, count: byteCount))
        try folder.write(writer.bytes, to: "f")
        let schema = try ParameterSchema([
            ParameterBlock(name: "a", shape: [2]), ParameterBlock(name: "b", shape: [2]),
        ])
        if isGood {
            #expect(try SafetensorsFile.read(folder.path("f"), schema: schema) == [0, 0, 0, 0])
        } else {
            #expect(throws: SafetensorsError.malformed) { try SafetensorsFile.read(folder.path("f"), schema: schema) }
        }
    }

    /// The lengths, the request's members and the file of the page's example.
    @Test("The protocol page's example is what the code writes")
    func page() throws {
        let page = try String(contentsOf: TrainingFolder.packageFile("Proto/trainer.md"), encoding: .utf8)
        let schema = try ParameterSchema([ParameterBlock(name: "w", shape: [2])])
        var assignment = try TrainingWork.assignment(round: 3)
        assignment.plan.work.epochs = 1
        assignment.plan.work.batchSize = 10
        assignment.plan.work.learningRate = 0.125
        assignment.plan.work.shuffles = true
        let request = TrainerMessages.request(
            assignment,
            schema: schema,
            modelPath: "state/trainer/model.safetensors",
            updatePath: "state/trainer/update.safetensors",
            milliseconds: 600_000
        )
        let text = String(decoding: request, as: UTF8.self)
        #expect(page.contains("\n" + text + "\n"), "\(text)")
        let answer = #"{"type":"trained","sample_count":61,"mean_loss":0.75}"#
        #expect(page.contains("\n" + answer + "\n"))
        #expect(try TrainerMessages.answer(Array(answer.utf8)) == (61, 0.75))
        for count in [request.count, answer.utf8.count] {
            let bytes = [count & 255, count >> 8, 0, 0].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            #expect(page.contains("\n" + bytes.joined(separator: " ") + "\n"), "\(bytes)")
            #expect(page.contains("\(count) bytes"), "\(count)")
        }
        let folder = try TrainingFolder()
        #expect(SafetensorsFile.write([1, -2], schema: schema, to: folder.path("w")) == 0)
        let header = #"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
        #expect(page.contains("\n" + header + "␠␠\n"))
        let start: [UInt8] = [0x38, 0, 0, 0, 0, 0, 0, 0]
        let values: [UInt8] = [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]
        #expect(try folder.read("w") == start + Array((header + "  ").utf8) + values)
    }
}
