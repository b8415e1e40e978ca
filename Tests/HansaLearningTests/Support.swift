import Foundation
import HansaLearning
import Testing

/// A folder of a test's own, removed with it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/hansa-learning-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let place = path + "/" + name
        try FileManager.default.createDirectory(
            atPath: (place as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true
        )
        try Data(bytes).write(to: URL(fileURLWithPath: place))
        return place
    }
}

/// The folder of published data sets, where the machine has it.
let sharedData = ProcessInfo.processInfo.environment["HANSA_DATA"].flatMap { $0.isEmpty ? nil : $0 }

func fileBytes(_ path: String) throws -> [UInt8] { try Array(Data(contentsOf: URL(fileURLWithPath: path))) }

/// Bytes of base64 text.
func base64(_ text: String) throws -> [UInt8] { try Array(#require(Data(base64Encoded: text))) }

/// Hands every cut and every changed byte of a small file to a decoder; none may trap.
///
/// - Returns: how many of the cuts were refused.
func torture(_ bytes: [UInt8], _ decode: ([UInt8]) throws -> Void) -> Int {
    var refused = 0
    for count in 0..<bytes.count {
        do { try decode(Array(bytes[..<count])) } catch { refused += 1 }
    }
    for position in bytes.indices {
        for mask in [0x01, 0x80, 0xFF] as [UInt8] {
            var changed = bytes
            changed[position] ^= mask
            try? decode(changed)
        }
    }
    return refused
}

/// Fixed labels 0..<classes in turn, features the sample's number.
func smallDataset(samples: Int, classes: Int = 10, keys: [DatasetKey] = []) throws -> Dataset {
    try Dataset(
        name: "small",
        sampleShape: [1],
        features: .floats((0..<samples).map { Float($0) }),
        labels: .words((0..<samples).map { UInt16($0 % classes) }),
        classCount: classes,
        keys: keys
    )
}
