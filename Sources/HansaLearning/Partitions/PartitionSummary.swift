import HansaNumerics

/// What a split looks like: each client's size and labels, and the totals.
///
/// `hansa data partition` prints it; ``PartitionPlot`` draws it.
public struct PartitionSummary: Equatable, Sendable {
    /// One client's share.
    public struct Client: Equatable, Sendable {
        /// How many samples it owns.
        public let size: Int
        /// How many of each class.
        public let histogram: [Int]
        /// The entropy −Σ p ln p of its labels, in nats: 0 for one class, ln(classCount) for all alike.
        public let labelEntropy: Double
    }

    /// The clients in order.
    public let clients: [Client]
    /// How many samples of each class were dealt.
    public let histogram: [Int]
    /// How many samples were dealt in all; a sample dealt to two clients counts twice.
    public let sampleCount: Int

    /// Counts a split of a data set; refuses sample numbers that the data set does not have.
    public init(_ partition: Partition, of dataset: Dataset) throws(PartitionError) {
        clients = try partition.views(of: dataset).map { view in
            var histogram = [Int](repeating: 0, count: dataset.classCount)
            for example in 0..<view.count { histogram[view.label(ofExample: example)] += 1 }
            return Client(size: view.count, histogram: histogram, labelEntropy: Self.entropy(histogram))
        }
        var total = [Int](repeating: 0, count: dataset.classCount)
        for client in clients { for (label, count) in client.histogram.enumerated() { total[label] += count } }
        histogram = total
        sampleCount = partition.samples.count
    }

    public var clientCount: Int { clients.count }
    /// The smallest client's size.
    public var sizeMin: Int { clients.map(\.size).min() ?? 0 }
    /// The largest client's size.
    public var sizeMax: Int { clients.map(\.size).max() ?? 0 }
    /// The middle client's size; of an even number, the lower middle one's.
    public var sizeMedian: Int {
        let sizes = clients.map(\.size).sorted()
        return sizes.isEmpty ? 0 : sizes[(sizes.count - 1) / 2]
    }
    /// The clients' mean label entropy, in nats.
    public var labelEntropyMean: Double {
        clients.isEmpty ? 0 : clients.reduce(0) { $0 + $1.labelEntropy } / Double(clients.count)
    }
    /// The label entropy of all samples dealt, in nats: what each client's would be without skew.
    public var labelEntropyTotal: Double { Self.entropy(histogram) }

    static func entropy(_ histogram: [Int]) -> Double {
        let total = Double(histogram.reduce(0, +))
        guard total > 0 else { return 0 }
        return histogram.reduce(0) { sum, count in
            guard count > 0 else { return sum }
            let proportion = Double(count) / total
            return sum - proportion * DeterministicMath.log(proportion)
        }
    }
}
