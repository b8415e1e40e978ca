import Foundation
public import HansaResults

/// What a result folder says of a run: all that a report is made of.
///
/// The same files give the same report, byte for byte, wherever the folder lies and whenever it is read.
public struct RunFiles: Sendable {
    public static let scenarioFile = "scenario.yaml"
    public static let metricsFile = "metrics.jsonl"
    public static let partitionFile = "partition.json"
    public static let participationFile = "participation.jsonl"
    public static let resultFile = "result.json"

    /// The run's name, as its scenario has it.
    public var name: String
    /// The resolved scenario's text.
    public var scenario: String
    /// A line for each attempt, with round 0 in front.
    public var lines: [RoundMetrics]
    /// What the run came to; nil while it is not at its end.
    public var result: RunResult?
    /// How the samples are split; nil where no file says so.
    public var partition: PartitionRecord?
    /// Whether there is a record to repeat the run from.
    public var hasParticipation: Bool

    public init(
        name: String,
        scenario: String,
        lines: [RoundMetrics],
        result: RunResult?,
        partition: PartitionRecord?,
        hasParticipation: Bool
    ) {
        self.name = name
        self.scenario = scenario
        self.lines = lines
        self.result = result
        self.partition = partition
        self.hasParticipation = hasParticipation
    }

    /// Reads a folder; of a run that is not at its end, a torn last line is left out.
    public init(folder: String) throws(ReportError) {
        func path(_ name: String) -> String { folder + "/" + name }
        func data(_ name: String) -> Data? { FileManager.default.contents(atPath: path(name)) }
        guard let text = data(Self.scenarioFile) else { throw .missing(file: path(Self.scenarioFile)) }
        guard let metrics = data(Self.metricsFile) else { throw .missing(file: path(Self.metricsFile)) }
        let decoder = JSONDecoder()
        result = try data(Self.resultFile).map { (data) throws(ReportError) in
            guard let result = try? decoder.decode(RunResult.self, from: data) else {
                throw .damaged(file: path(Self.resultFile), line: nil)
            }
            return result
        }
        partition = try data(Self.partitionFile).map { (data) throws(ReportError) in
            guard let partition = try? decoder.decode(PartitionRecord.self, from: data) else {
                throw .damaged(file: path(Self.partitionFile), line: nil)
            }
            return partition
        }
        var lines: [RoundMetrics] = []
        let texts = metrics.split(separator: 0x0A)
        for (index, line) in texts.enumerated() {
            guard let line = try? decoder.decode(RoundMetrics.self, from: Data(line)) else {
                if result == nil, index == texts.count - 1 { break }
                throw .damaged(file: path(Self.metricsFile), line: index + 1)
            }
            lines.append(line)
        }
        self.lines = lines
        scenario = String(decoding: text, as: UTF8.self)
        name = result?.name ?? Self.name(in: scenario)
        hasParticipation = FileManager.default.fileExists(atPath: path(Self.participationFile))
    }

    /// What a resolved scenario says in its first line.
    private static func name(in scenario: String) -> String {
        let line = scenario.prefix { $0 != "\n" }
        guard line.hasPrefix("name: ") else { return "run" }
        return line.dropFirst(6).trimmingCharacters(in: CharacterSet(charactersIn: "\""))
    }
}
