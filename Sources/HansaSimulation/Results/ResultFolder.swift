import Foundation
import HansaReport
public import HansaResults

/// The folder that a run leaves its results in, and the names of its files.
///
/// ``SimulationRunner`` fills it; ``content()`` says what an earlier run left.
public struct ResultFolder: Sendable {
    public let path: String

    public static let scenarioFile = "scenario.yaml"
    public static let metricsFile = "metrics.jsonl"
    public static let modelFile = "model.safetensors"
    public static let participationFile = "participation.jsonl"
    public static let partitionFile = RunFiles.partitionFile
    public static let resultFile = "result.json"
    /// What holds of the run only with a reservation; not there where nothing does.
    public static let caveatFile = "caveats.json"
    public static let stateFolder = "state"
    /// What simulated clients remember between their rounds; only where the strategy asks for it.
    public static let memoryFolder = "memories"
    /// What external trainers said and what went wrong with them.
    public static let trainerLog = "trainer.log"
    /// Models, updates and examples for external trainers, while a run lasts.
    public static let trainerFolder = "trainer"

    static let ownNames = [
        scenarioFile, metricsFile, modelFile, participationFile, partitionFile, resultFile, caveatFile, stateFolder,
        ReportFolder.pageFile, ReportFolder.plotFolder, trainerLog, trainerFolder,
        memoryFolder, FederationRunner.processFolder,
    ]

    /// What a folder holds.
    public enum Content: Equatable, Sendable {
        /// Nothing: it is not there, or empty.
        case nothing
        /// Files that no run of ours made, such as this one.
        case foreign(name: String)
        /// A run that did not come to its end.
        case unfinished
        case finished(RunResult)
    }

    public init(path: String) {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
    }

    /// The folder's usual name: the scenario's and its seed.
    public static func usualName(_ scenario: ResolvedScenario) -> String {
        let name = scenario.name.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" }
        return String(name.drop { $0 == "." }) + "-\(scenario.seed)"
    }

    /// The path of one of its files.
    public func file(_ name: String) -> String { path + "/" + name }

    /// What the folder holds now.
    public func content() throws(CommandFailure) -> Content {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return .nothing }
        guard isFolder.boolValue else {
            throw CommandFailure(.output, "\(path): got a file, expected a folder or nothing there. Name another.")
        }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw CommandFailure(.io, "\(path): the folder cannot be read: \(error.localizedDescription)")
        }
        if names.isEmpty { return .nothing }
        // A scenario alone is somebody's own file, not a run.
        guard names.contains(Self.scenarioFile), names.contains(Self.metricsFile) || names.contains(Self.stateFolder)
        else { return .foreign(name: names.sorted()[0]) }
        guard let data = FileManager.default.contents(atPath: file(Self.resultFile)),
            let result = try? JSONDecoder().decode(RunResult.self, from: data)
        else { return .unfinished }
        return .finished(result)
    }

    /// Makes the folder with the resolved scenario in it.
    func create(scenario: String) throws(CommandFailure) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure(.output, "\(path): the folder cannot be made: \(error.localizedDescription)")
        }
        try write(Array(scenario.utf8), to: Self.scenarioFile)
    }

    /// Removes what a run leaves, and nothing else.
    func clear() throws(CommandFailure) {
        let eventFiles = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let names = Self.ownNames + eventFiles.filter { $0.hasPrefix(EventFile.prefix) }
        for name in names where FileManager.default.fileExists(atPath: file(name)) {
            do {
                try FileManager.default.removeItem(atPath: file(name))
            } catch {
                throw CommandFailure(.io, "\(file(name)): cannot be removed: \(error.localizedDescription)")
            }
        }
    }

    /// Writes a file that appears whole or not at all.
    func write(_ bytes: [UInt8], to name: String) throws(CommandFailure) {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: file(name)), options: .atomic)
        } catch {
            throw CommandFailure(.io, "\(file(name)): cannot be written: \(error.localizedDescription)")
        }
    }

    /// The stored text of the resolved scenario; nil where there is none.
    func storedScenario() -> String? {
        FileManager.default.contents(atPath: file(Self.scenarioFile)).map { String(decoding: $0, as: UTF8.self) }
    }
}
