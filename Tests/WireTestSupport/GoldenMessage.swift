import Foundation
package import HansaWire
import Testing

/// A message of `Proto/golden`.
package struct GoldenMessage: Decodable, Sendable, CustomTestStringConvertible {
    package var kind: String
    package var name: String
    package var hex: String
    /// In `lenient.json`: what a codec writes for it.
    package var canonical: String?
    /// In `bad.json`: the case of ``WireError``.
    package var error: String?

    package var testDescription: String { "\(kind): \(name)" }
    package var bytes: [UInt8] { Self.bytes(hex) }
    package var frameKind: FrameKind? { FrameKind.allCases.first { "\($0)" == kind } }

    package static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex.utf8)
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
    }

    package static let good = read("good.json")
    package static let lenient = read("lenient.json")
    package static let bad = read("bad.json")
    /// The whole frames of the session in section 13 of Proto/README.md, in the order in which they are sent.
    package static let session = read("session.json")

    /// Empty where the file cannot be read, which the tests notice.
    private static func read(_ name: String) -> [GoldenMessage] {
        let file = URL(filePath: #filePath).appending(path: "../../../Proto/golden/\(name)").standardized
        guard let data = try? Data(contentsOf: file) else { return [] }
        return (try? JSONDecoder().decode([GoldenMessage].self, from: data)) ?? []
    }
}
