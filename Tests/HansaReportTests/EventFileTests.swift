import Foundation
import HansaResults
import Testing

@testable import HansaReport

@Suite("TensorBoard's event files")
struct EventFileTests {
    @Test("The check is Castagnoli's, masked as TFRecord files have it")
    func checks() {
        // RFC 3720, B.4.
        #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(CRC32C.checksum(0..<32) == 0x46DD_794E)
        #expect(CRC32C.checksum("123456789".utf8) == 0xE306_9283)
        #expect(CRC32C.masked("123456789".utf8) == 0xC78A_B0E5)
    }

    @Test("A record is the message's bytes between length and checks")
    func bytes() {
        let record = EventRecord(time: 1.5, step: 300, scalars: [("a", 0.25)]).bytes
        let message: [UInt8] = [
            0x09, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F,  // wall_time = 1.5
            0x10, 0xAC, 0x02,  // step = 300
            0x2A, 0x0A, 0x0A, 0x08, 0x0A, 0x01, 0x61, 0x15, 0, 0, 0x80, 0x3E,  // summary {value {tag "a", 0.25}}
        ]
        #expect(Array(record[..<8]) == [UInt8(message.count), 0, 0, 0, 0, 0, 0, 0])
        #expect(Array(record[12..<(12 + message.count)]) == message)
        #expect(record.count == 16 + message.count)
    }

    @Test("A run that goes on writes the same bytes as one that was never interrupted")
    func resumed() throws {
        let lines = (0...10).map { ReportFixture.line(UInt32($0)) }
        let fixture = try ReportFixture()
        defer { fixture.remove() }
        let whole = try EventFile(folder: fixture.path, keeping: [], now: 1_700_000_000)
        for line in lines { whole.append(line) }
        try whole.finish()
        #expect(whole.path.hasSuffix("/events.out.tfevents.1700000000.hansa"))
        let bytes = try Data(contentsOf: URL(fileURLWithPath: whole.path))
        // The file names the moment, whatever the clock says later.
        let again = try EventFile(folder: fixture.path, keeping: Array(lines[..<4]), now: 1_800_000_000)
        for line in lines[4...] { again.append(line) }
        try again.finish()
        #expect(again.path == whole.path)
        #expect(try Data(contentsOf: URL(fileURLWithPath: again.path)) == bytes)
    }

    @Test("Every figure of a line has its tag, and what was not measured has none")
    func tags() {
        let line = ReportFixture.line(3)
        let scalars = EventFile.scalars(line)
        #expect(scalars.first { $0.tag == "test/accuracy" }?.value == line.accuracy)
        #expect(scalars.first { $0.tag == "privacy/epsilon" }?.value == 1.5)
        #expect(Set(scalars.map(\.tag)).count == scalars.count)
        #expect(!EventFile.scalars(ReportFixture.line(0)).contains { $0.tag == "drift/norm_mean" })
    }

    @Test("Other programs read what was written", arguments: EventReader.available)
    func others(reader: EventReader) throws {
        let fixture = try ReportFixture()
        defer { fixture.remove() }
        let file = try EventFile(folder: fixture.path, keeping: [], now: 1_700_000_000)
        for round in 0...10 { file.append(ReportFixture.line(UInt32(round))) }
        try file.finish()
        let read = try reader.scalars(of: file.path, tag: "test/accuracy")
        #expect(read.count == 11)
        for (round, item) in read.enumerated() {
            #expect(item.step == round)
            #expect(abs(item.value - (0.1 + 0.08 * Double(round))) < 1e-6)
            #expect(abs(item.time - (1_700_000_000 + 0.25 * Double(round + 1))) < 1e-3)
        }
    }
}

/// A program that reads event files: `Scripts/read-events`, and TensorBoard's own package where it is installed, for the
/// Python that `HANSA_TENSORBOARD_PYTHON` names or the system's.
enum EventReader: CaseIterable {
    case script
    case tensorBoard

    struct Scalar: Decodable {
        let step: Int
        let value: Double
        let time: Double
    }

    static let available = allCases.filter(\.isAvailable)

    private static let python = ProcessInfo.processInfo.environment["HANSA_TENSORBOARD_PYTHON"] ?? "/usr/bin/python3"

    private static let scriptPath = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Scripts/read-events").path

    private var isAvailable: Bool {
        let code = self == .script ? "import json" : "import tensorboard.backend.event_processing"
        return (try? Self.run(["-c", code]))?.status == 0
    }

    func scalars(of file: String, tag: String) throws -> [Scalar] {
        let code = """
            import json, sys
            from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
            events = EventAccumulator(sys.argv[1])
            events.Reload()
            print(json.dumps([{"step": e.step, "value": e.value, "time": e.wall_time} for e in events.Scalars(sys.argv[2])]))
            """
        let (status, output) = try Self.run((self == .script ? [Self.scriptPath] : ["-c", code]) + [file, tag])
        #expect(status == 0)
        return try JSONDecoder().decode([Scalar].self, from: output)
    }

    private static func run(_ arguments: [String]) throws -> (status: Int32, output: Data) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }
}
