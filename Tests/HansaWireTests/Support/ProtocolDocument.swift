import Foundation

/// The `hex` blocks of Proto/README.md, by name.
struct ProtocolDocument {
    private let blocks: [String: [[UInt8]]]

    init() throws {
        let folder = URL(filePath: #filePath).appending(path: "../../../../Proto/README.md").standardized
        let text = try String(contentsOf: folder, encoding: .utf8)
        var blocks: [String: [[UInt8]]] = [:]
        var name: String?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```hex ") {
                name = String(line.dropFirst(7))
                if let name { blocks[name] = [] }
            } else if line.hasPrefix("```") {
                name = nil
            } else if let name {
                let bytes = line.split(separator: " ").compactMap { UInt8($0, radix: 16) }
                blocks[name, default: []].append(bytes)
            }
        }
        self.blocks = blocks
    }

    /// All bytes of a block.
    func bytes(_ name: String) -> [UInt8] { lines(name).flatMap(\.self) }

    /// The bytes of each of a block's lines.
    func lines(_ name: String) -> [[UInt8]] { blocks[name] ?? [] }
}
