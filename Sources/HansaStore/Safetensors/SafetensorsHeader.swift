import Foundation
import HansaAggregation
import HansaCoordinator
import HansaCore
import HansaNumerics

/// The JSON header of a checkpoint file: what the tensors are called, where they lie, and what the model is.
///
/// The text is a function of the checkpoint: metadata first with its keys in order, then the schema's blocks, then the
/// strategy's tensors, no white space but the spaces at the end that align the data to 8 bytes. A reader makes the text
/// again from what it read and compares, so that no second spelling of a header is accepted.
struct SafetensorsHeader {
    static let formatVersion = 1
    /// The limit of the format's own reader.
    static let byteCountMax = 100_000_000
    private static let statePrefix = "strategy."

    var run: RunID
    var version: UInt64
    var round: UInt32
    var modelDigest: SHA256Digest
    var schema: ParameterSchema
    /// The strategy's tensors in their order.
    var state: [(name: String, count: Int)]

    /// How many values all tensors have together; nil if that is no sensible number.
    var valueCount: Int? {
        var total = schema.count
        for (_, count) in state {
            guard count >= 0, count <= ParameterSchema.parameterCountMax else { return nil }
            total += count
        }
        return total
    }

    init(_ checkpoint: Checkpoint, digest: SHA256Digest, run: RunID) throws(StoreError) {
        self.run = run
        version = checkpoint.version
        round = checkpoint.round
        modelDigest = digest
        schema = checkpoint.schema
        state = checkpoint.strategyState.map { ($0.name, $0.values.count) }
        var names: Set<String> = ["__metadata__"]
        for name in schema.blocks.map(\.name) + state.map({ Self.statePrefix + $0.name }) {
            guard names.insert(name).inserted else {
                throw .unstorable(reason: "two tensors of a checkpoint would be called \(name); rename the block")
            }
        }
    }

    /// The header's text, padded so that the data behind it and behind its 8-byte length begin at a multiple of 8.
    var text: [UInt8] {
        var json = "{\"__metadata__\":{"
        let metadata = [
            ("hansa.format", String(Self.formatVersion)),
            ("hansa.model_digest", modelDigest.hexadecimal),
            ("hansa.round", String(round)),
            ("hansa.run", Self.hexadecimal(run)),
            ("hansa.schema", Self.hexadecimal(schema.canonicalBytes)),
            ("hansa.state", Self.hexadecimal(stateNameBytes)),
            ("hansa.version", String(version)),
        ]
        json += metadata.map { "\"\($0)\":\"\($1)\"" }.joined(separator: ",") + "}"
        var offset = 0
        func append(_ name: String, _ shape: [Int], _ count: Int) {
            json += ",\(Self.quoted(name)):{\"dtype\":\"F32\",\"shape\":["
            json += shape.map(String.init).joined(separator: ",")
            json += "],\"data_offsets\":[\(offset),\(offset + 4 * count)]}"
            offset += 4 * count
        }
        for block in schema.blocks { append(block.name, block.shape, block.count) }
        for (name, count) in state { append(Self.statePrefix + name, [count], count) }
        json += "}"
        var text = Array(json.utf8)
        text += [UInt8](repeating: 0x20, count: (8 - text.count % 8) % 8)
        return text
    }

    init(text: [UInt8], file: String) throws(StoreError) {
        let names: Names
        let tensors: [String: Tensor]
        do {
            names = try JSONDecoder().decode(Names.self, from: Data(text))
            tensors = try JSONDecoder().decode(Tensors.self, from: Data(text)).byName
        } catch {
            throw .damaged(file: file, reason: "its header is no JSON of a checkpoint")
        }
        let metadata = names.metadata
        guard let format = metadata["hansa.format"].flatMap({ Int($0) }) else {
            throw .damaged(file: file, reason: "its header does not say which format it is in")
        }
        guard format <= Self.formatVersion else { throw .tooNew(got: format, supported: Self.formatVersion) }
        guard let version = metadata["hansa.version"].flatMap({ UInt64($0) }),
            let round = metadata["hansa.round"].flatMap({ UInt32($0) }),
            let digest = metadata["hansa.model_digest"].flatMap({ SHA256Digest(hexadecimal: $0) }),
            let run = metadata["hansa.run"].flatMap({ Self.run($0) }),
            let schema = metadata["hansa.schema"].flatMap({ Self.schema($0) }),
            let stateNames = metadata["hansa.state"].flatMap({ Self.stateNames($0) })
        else { throw .damaged(file: file, reason: "its header lacks a field") }
        self.run = run
        self.version = version
        self.round = round
        self.schema = schema
        modelDigest = digest
        state = stateNames.map { ($0, tensors[Self.statePrefix + $0]?.count ?? -1) }
        guard valueCount != nil, self.text == text else {
            throw .damaged(file: file, reason: "its header is not spelt as its content demands")
        }
    }

    /// The metadata alone.
    private struct Names: Decodable {
        enum CodingKeys: String, CodingKey { case metadata = "__metadata__" }
        let metadata: [String: String]
    }

    private struct Tensor: Decodable {
        let shape: [Int]
        /// The number of values of a tensor of one dimension.
        var count: Int { shape.first ?? 0 }
    }

    /// Every tensor by its name.
    private struct Tensors: Decodable {
        struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init?(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }
        let byName: [String: Tensor]

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            var byName: [String: Tensor] = [:]
            for key in fields.allKeys where key.stringValue != "__metadata__" {
                byName[key.stringValue] = try fields.decode(Tensor.self, forKey: key)
            }
            self.byName = byName
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where scalar.value < 0x20: quoted += "\\u00" + hexadecimal([UInt8(scalar.value)])
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(2 * bytes.count)
        for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    private static func hexadecimal(_ run: RunID) -> String {
        hexadecimal([run.high, run.low].flatMap { word in withUnsafeBytes(of: word.bigEndian, Array.init) })
    }

    private static func run(_ text: String) -> RunID? {
        guard text.utf8.count == 32, let high = UInt64(text.prefix(16), radix: 16),
            let low = UInt64(text.suffix(16), radix: 16)
        else { return nil }
        return RunID(high: high, low: low)
    }

    private static func schema(_ text: String) -> ParameterSchema? {
        guard let bytes = bytes(text) else { return nil }
        var reader = ByteReader(bytes)
        guard let schema = try? ParameterSchema(from: &reader), reader.remaining == 0 else { return nil }
        return schema
    }

    /// The names of the strategy's tensors in their order, which offsets alone do not tell where tensors are empty.
    private var stateNameBytes: [UInt8] {
        var writer = ByteWriter()
        for (name, _) in state { writer.write(name) }
        return writer.bytes
    }

    private static func stateNames(_ text: String) -> [String]? {
        guard let bytes = bytes(text) else { return nil }
        var reader = ByteReader(bytes)
        var names: [String] = []
        while reader.remaining > 0 {
            guard let name = try? reader.readString(byteCountMax: reader.remaining) else { return nil }
            names.append(name)
        }
        return names
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = nibble(digits[index]), let low = nibble(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }
}
