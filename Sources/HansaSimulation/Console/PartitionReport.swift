import Foundation
public import HansaLearning

/// A split of a data set as `hansa data partition` shows and writes it.
public struct PartitionReport: Sendable {
    private let data: DatasetSplit
    private let partition: Partition
    private let scheme: PartitionScheme
    private let seed: UInt64
    private let skew: FeatureSkew?
    private let clientTests: [DatasetView]
    private let counts: PartitionSummary

    /// Reads and splits a scenario's data.
    public init(_ scenario: Scenario, data folders: DataFolders) throws(CommandFailure) {
        scheme = scenario.resolved.partition.scheme
        seed = scenario.resolved.partition.seed
        skew = scenario.resolved.partition.skew
        do throws(ScenarioError) {
            (data, partition, clientTests) = try scenario.preparedPartition(data: folders)
        } catch {
            throw CommandFailure(error)
        }
        do throws(PartitionError) {
            counts = try PartitionSummary(partition, of: data.train)
        } catch {
            throw CommandFailure(.data, error.description)
        }
    }

    private var title: String {
        let parameters = scheme.parameters.map { "\($0.name) \($0.value)" }
        let kept = clientTests.reduce(0) { $0 + $1.count }
        return
            ([data.name, scheme.kind] + parameters + (skew.map { [$0.text] } ?? []) + ["seed \(seed)"]
            + (kept > 0 ? ["without \(kept) held out"] : [])).joined(separator: ", ")
    }

    /// A line of totals.
    public var summary: String { PartitionPlot(counts, title: title).terminal(style: .letters, clientCountMax: 0) }

    /// A line a client.
    public func plot(isColoured: Bool) -> String {
        PartitionPlot(counts, title: title).terminal(style: isColoured ? .colour : .letters, clientCountMax: 100)
    }

    /// Writes the picture.
    public func writeSVG(to path: String) throws(CommandFailure) {
        do {
            try Data(PartitionPlot(counts, title: title).svg().utf8)
                .write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CommandFailure(.io, "\(path): cannot be written: \(error.localizedDescription)")
        }
    }

    /// Writes one folder a client.
    public func export(to folder: String, progress: (_ done: Int, _ count: Int) -> Void) throws(CommandFailure) {
        do throws(DataError) {
            try PartitionExport(
                data: data,
                partition: partition,
                scheme: scheme,
                seed: seed,
                skew: skew,
                clientTests: clientTests
            ).write(to: folder) { progress($0, partition.clientCount) }
        } catch {
            throw CommandFailure(error)
        }
    }
}
