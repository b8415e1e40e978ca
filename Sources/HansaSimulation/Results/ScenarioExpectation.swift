import Foundation
public import HansaResults
import Yams

/// What a scenario of `Simulations/` promises of its result: its `expected.yaml`.
public struct ScenarioExpectation: Hashable, Sendable {
    /// The least accuracy on the test set after the last round.
    public var accuracyMin: Double
    /// The most payload bytes that all clients send.
    public var bytesUpMax: Int
    /// The largest share of coordinates that are cut to the lattice's range.
    public var saturatedShareMax: Double

    /// Reads `accuracy-at-least`, `bytes-up-at-most` and `saturated-share-at-most`; mistakes are told as in scenarios.
    public init(path: String) throws(ScenarioError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .unreadable(file: path, reason: "no such file")
        }
        let reading = ScenarioReading(source: ScenarioSource(file: path, folder: ""))
        guard let root = try? Yams.compose(yaml: String(decoding: data, as: UTF8.self)) else {
            throw .unreadable(file: path, reason: "text that is no YAML")
        }
        let keys = ["accuracy-at-least", "bytes-up-at-most", "saturated-share-at-most"]
        let section = ScenarioSection(root, path: "", known: keys, reading: reading)
        for key in keys where !section.has(key) { reading.report(key, got: "nothing", expected: "a number") }
        accuracyMin = section.number(keys[0], .unit) ?? 1
        bytesUpMax = section.integer(keys[1], in: 1...Int.max) ?? 1
        saturatedShareMax = section.number(keys[2], .unit) ?? 0
        guard reading.issues.isEmpty else { throw .mistakes(reading.orderedIssues) }
    }

    /// What a result misses, in words; empty where it keeps every promise.
    public func shortfalls(of result: RunResult) -> [String] {
        var texts: [String] = []
        if (result.accuracy ?? 0) < accuracyMin {
            texts.append("got an accuracy of \(result.accuracy ?? 0), expected at least \(accuracyMin)")
        }
        if result.bytesUp > bytesUpMax {
            texts.append("got \(result.bytesUp) bytes up, expected at most \(bytesUpMax)")
        }
        let share = Double(result.saturatedCount) / Double(max(1, result.floatBytesUp / 4))
        if share > saturatedShareMax {
            texts.append("got a share of \(share) saturated, expected at most \(saturatedShareMax)")
        }
        return texts
    }
}
