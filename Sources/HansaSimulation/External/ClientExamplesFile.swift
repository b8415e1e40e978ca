import Foundation
import HansaClientTransport
import HansaCore
import HansaLearning

/// One client's examples as a safetensors file for an external trainer: `features` F32 [n, features], as trainers of
/// this program get them, and `labels` I64 [n].
///
/// Written when the client is asked for the first time and kept until the run ends.
enum ClientExamplesFile {
    /// Writes the file unless it is there.
    ///
    /// - Parameter writer: a number that no other writer at this time has; the file appears whole or not at all.
    static func write(
        _ examples: DatasetView,
        to path: String,
        by writer: Int
    ) throws(ExternalTrainingFailure) {
        guard access(path, F_OK) != 0 else { return }
        let (count, width) = (examples.count, examples.featureCount)
        let end = 4 * count * width
        let header =
            #"{"features":{"dtype":"F32","shape":[\#(count),\#(width)],"data_offsets":[0,\#(end)]},"#
            + #""labels":{"dtype":"I64","shape":[\#(count)],"data_offsets":[\#(end),\#(end + 8 * count)]}}"#
        // The values begin at a multiple of eight, as readers that map the file expect.
        let text = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
        var content = Data(capacity: 8 + text.utf8.count + end + 8 * count)
        withUnsafeBytes(of: UInt64(text.utf8.count).littleEndian) { content.append(contentsOf: $0) }
        content.append(contentsOf: text.utf8)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: max(1, width)) { row in
            row.initialize(repeating: 0)
            for index in 0..<count {
                let place = UnsafeMutableBufferPointer(rebasing: row[..<width])
                examples.copyFeatures(ofExample: index, to: place)
                content.append(UnsafeBufferPointer(place))
            }
        }
        for index in 0..<count {
            withUnsafeBytes(of: Int64(examples.label(ofExample: index)).littleEndian) { content.append(contentsOf: $0) }
        }
        let draft = path + ".\(writer).new"
        do {
            try content.write(to: URL(fileURLWithPath: draft))
        } catch {
            throw .cannotHandOver(error: -EIO)
        }
        guard rename(draft, path) == 0 else { throw .cannotHandOver(error: -errno) }
    }
}
