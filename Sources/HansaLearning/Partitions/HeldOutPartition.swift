import HansaNumerics

/// A split in which each client keeps some of its samples to measure models on, and trains on the others.
///
/// ``Partition/holdingOut(share:choice:seed:)`` makes it; metrics by client read ``testViews(of:skew:seed:)``.
public struct HeldOutPartition: Equatable, Sendable {
    /// Which samples of a client are kept.
    public enum Choice: String, CaseIterable, Sendable {
        /// Drawn from the client's samples.
        case random
        /// The last ones in the data set's order: the latest, where that order is time.
        case last
    }

    /// What clients train on, in the order of the whole split.
    public let train: Partition
    /// Where each client's kept samples begin, and at the end their number; `clientCount + 1` values.
    public let testOffsets: [UInt32]
    /// The kept samples' numbers, client after client.
    public let testSamples: [UInt32]

    /// One client's kept samples; none where it has too few.
    public func testSamples(of client: Int) -> ArraySlice<UInt32> {
        testSamples[Int(testOffsets[client])..<Int(testOffsets[client + 1])]
    }

    /// One view a client, in the clients' order, some perhaps empty; refuses numbers that the data set does not have.
    public func testViews(
        of dataset: Dataset,
        skew: FeatureSkew? = nil,
        seed: UInt64 = 0
    ) throws(PartitionError) -> [DatasetView] {
        if let highest = testSamples.max(), highest >= dataset.sampleCount {
            throw .sampleOutOfRange(got: Int(highest), sampleCount: dataset.sampleCount)
        }
        let views = (0..<train.clientCount).map { DatasetView(dataset, checked: testSamples(of: $0)) }
        return try skew?.views(views, of: dataset, seed: seed) ?? views
    }
}

extension Partition {
    /// Keeps a share of each client's samples, rounded to nearest, and leaves each at least one to train on.
    ///
    /// - Parameters:
    ///   - share: at least 0 and below 1.
    ///   - choice: which samples are kept; both parts stay in the split's order.
    ///   - seed: draws the samples; a client's draw depends on its number and how many samples it has.
    public func holdingOut(
        share: Double,
        choice: HeldOutPartition.Choice = .random,
        seed: UInt64
    ) throws(PartitionError) -> HeldOutPartition {
        guard share >= 0, share < 1 else { throw .invalidShare(got: share) }
        var offsets: [UInt32] = [0]
        var trained: [UInt32] = []
        var testOffsets: [UInt32] = [0]
        var tested: [UInt32] = []
        trained.reserveCapacity(samples.count)
        for client in 0..<clientCount {
            let own = Array(self[client])
            let count = min(own.count - 1, Int((share * Double(own.count)).rounded()))
            var positions = Array(own.indices)
            switch choice {
            case .random:
                var stream = PartitionDealer.stream(seed: seed, use: .heldOut, number: client)
                stream.shuffle(&positions)
            case .last: positions.sort { own[$0] > own[$1] }
            }
            var isKept = [Bool](repeating: false, count: own.count)
            for position in positions.prefix(count) { isKept[position] = true }
            for (position, sample) in own.enumerated() {
                if isKept[position] { tested.append(sample) } else { trained.append(sample) }
            }
            offsets.append(UInt32(trained.count))
            testOffsets.append(UInt32(tested.count))
        }
        return HeldOutPartition(
            train: try Partition(offsets: offsets, samples: trained),
            testOffsets: testOffsets,
            testSamples: tested
        )
    }
}
