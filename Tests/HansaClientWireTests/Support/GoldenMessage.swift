import Foundation
import HansaWire
import Testing

/// A message of `Proto/golden`.
struct GoldenMessage: Decodable, Sendable, CustomTestStringConvertible {
    var kind: String
    var name: String
    var hex: String
    /// In `lenient.json`: what a codec writes for it.
    var canonical: String?
    /// In `bad.json`: the case of ``WireError``.
    var error: String?

    var testDescription: String { "\(kind): \(name)" }
    var bytes: [UInt8] { Self.bytes(hex) }
    var frameKind: FrameKind? { FrameKind.allCases.first { "\($0)" == kind } }

    static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex.utf8)
        return stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
    }

    static let good = read("good.json")
    static let lenient = read("lenient.json")
    static let bad = read("bad.json")
    /// The whole frames of the session in section 13 of Proto/README.md, in the order in which they are sent.
    static let session = read("session.json")

    /// Empty where the file cannot be read, which the tests notice.
    private static func read(_ name: String) -> [GoldenMessage] {
        let file = URL(filePath: #filePath).appending(path: "../../../../Proto/golden/\(name)").standardized
        guard let data = try? Data(contentsOf: file) else { return [] }
        return (try? JSONDecoder().decode([GoldenMessage].self, from: data)) ?? []
    }
}
