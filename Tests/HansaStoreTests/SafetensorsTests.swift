import Foundation
import HansaAggregation
import HansaCoordinator
import HansaCore
import HansaNumerics
import Testing

@testable import HansaStore

/// Checkpoint files: exact in both directions, and readable by others.
@Suite("Safetensors files")
struct SafetensorsTests {
    private func inFolder<Value>(_ body: (TemporaryFolder) throws -> Value) throws -> Value {
        let folder = TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: false)
        return try body(folder)
    }

    @Test("give back every bit, and are the same bytes for the same checkpoint")
    func roundTrip() throws {
        try inFolder { folder in
            let checkpoint = try TestRun().checkpoint(version: 7, round: 5)
            let first = try SafetensorsFile.write(checkpoint, run: TestRun.run, to: folder.path + "/a")
            let second = try SafetensorsFile.write(checkpoint, run: TestRun.run, to: folder.path + "/b")
            #expect(first == second)
            let bytes = try folder.bytes(of: "a")
            // The header names the model's digest, so the file's is over the header and what the model's leaves out.
            let dataStart = 8 + Int(bytes[0]) + Int(bytes[1]) << 8
            let stateStart = dataStart + 4 * checkpoint.schema.count
            #expect(SHA256Digest(hashing: Array(bytes[..<dataStart] + bytes[stateStart...])) == first)
            for index in bytes.indices {
                var damaged = bytes
                damaged[index] ^= 1
                try folder.write(damaged, to: "c")
                #expect(throws: StoreError.self) {
                    try SafetensorsFile.read(folder.path + "/c", digest: first)
                }
            }
            #expect((8 + Int(bytes[0]) + Int(bytes[1]) << 8).isMultiple(of: 8))
            let (read, run) = try SafetensorsFile.read(folder.path + "/a", digest: first)
            #expect(run == TestRun.run)
            #expect(read == checkpoint)
            #expect(read.parameters.map(\.bitPattern) == checkpoint.parameters.map(\.bitPattern))
        }
    }

    @Test("refuse two tensors of one name")
    func nameCollision() throws {
        try inFolder { folder in
            let schema = try ParameterSchema([ParameterBlock(name: "strategy.m", shape: [1])])
            let checkpoint = Checkpoint(
                version: 0,
                round: 0,
                schema: schema,
                parameters: [1],
                strategyState: [StateTensor(name: "m", values: [2])]
            )
            let error = #expect(throws: StoreError.self) {
                try SafetensorsFile.write(checkpoint, run: TestRun.run, to: folder.path + "/a")
            }
            guard case .unstorable = error else { return #expect(Bool(false), "got \(String(describing: error))") }
        }
    }

    @Test("are read by Python's safetensors", .enabled(if: python != nil, "no python3 with safetensors and numpy"))
    func pythonReads() throws {
        let python = try #require(Self.python)
        try inFolder { folder in
            let checkpoint = try TestRun().checkpoint(version: 3, round: 2)
            try SafetensorsFile.write(checkpoint, run: TestRun.run, to: folder.path + "/model.safetensors")
            let script = """
                import hashlib, sys
                from safetensors import safe_open
                with safe_open(sys.argv[1], framework="numpy") as file:
                    print(file.metadata()["hansa.version"], sorted(file.keys()) == sorted(
                        ["layers.0.\\"weight\\"\\\\\\u00e9\\n", "router", "strategy.v", "strategy.m", "strategy.b"]))
                    schema = hashlib.sha256(bytes.fromhex(file.metadata()["hansa.schema"])).digest()
                    weights = file.get_tensor("layers.0.\\"weight\\"\\\\\\u00e9\\n")
                    assert weights.shape == (2, 3) and file.get_tensor("strategy.v").tolist() == [1, 2, 3]
                    values = weights.astype("<f4").tobytes() + file.get_tensor("router").astype("<f4").tobytes()
                    print(hashlib.sha256(schema + values).hexdigest() == file.metadata()["hansa.model_digest"])
                """
            let output = try Self.run(python, ["-c", script, folder.path + "/model.safetensors"])
            #expect(output == "3 True\nTrue\n")
        }
    }

    /// A Python that has the package, if there is one.
    private static let python: String? = {
        let output = try? run("python3", ["-c", "import safetensors, numpy; print('yes')"])
        return output == "yes\n" ? "python3" : nil
    }()

    private static func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
