import HansaLearning
import HansaResults

extension PartitionRecord {
    /// What a result folder keeps of a split: totals, and the first clients one by one.
    init(_ summary: PartitionSummary, title: String) {
        self.init(
            title: title,
            clientCount: summary.clientCount,
            sampleCount: summary.sampleCount,
            sizeMin: summary.sizeMin,
            sizeMedian: summary.sizeMedian,
            sizeMax: summary.sizeMax,
            labelEntropyMean: summary.labelEntropyMean,
            labelEntropyTotal: summary.labelEntropyTotal,
            histogram: summary.histogram,
            clients: summary.clients.prefix(Self.listedCountMax).map {
                Client(histogram: $0.histogram, labelEntropy: $0.labelEntropy)
            }
        )
    }
}

extension SimulationRunner {
    /// Writes how the samples are split.
    func writePartition() throws(CommandFailure) {
        let partition = run.scenario.partition
        let parameters = partition.scheme.parameters.map { "\($0.name) \($0.value)" }
        let title = [run.data.name, partition.scheme.kind] + parameters + ["seed \(partition.seed)"]
        let summary: PartitionSummary
        do throws(PartitionError) {
            summary = try PartitionSummary(run.partition, of: run.data.train)
        } catch {
            throw CommandFailure(.data, error.description)
        }
        let record = PartitionRecord(summary, title: title.joined(separator: ", "))
        try options.folder.write(Array((try JSONLines.line(record) + "\n").utf8), to: ResultFolder.partitionFile)
    }
}
