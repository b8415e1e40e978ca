public import HansaCore

/// A split of a data set's samples over clients: client c owns `samples[offsets[c]..<offsets[c + 1]]`, in that order.
///
/// ``PartitionScheme`` makes it, the simulator and the export read it. Every client has at least one sample.
public struct Partition: Equatable, Sendable {
    /// Where each client's samples begin, and at the end their number; `clientCount + 1` values.
    public let offsets: [UInt32]
    /// The samples' numbers, client after client.
    public let samples: [UInt32]

    /// Takes offsets and samples that cut as said; refuses others.
    public init(offsets: [UInt32], samples: [UInt32]) throws(PartitionError) {
        guard offsets.count >= 2 else { throw .noClients(got: max(0, offsets.count - 1)) }
        guard offsets[0] == 0, let last = offsets.last, Int(last) == samples.count else { throw .invalidOffsets }
        for client in 1..<offsets.count {
            guard offsets[client] >= offsets[client - 1] else { throw .invalidOffsets }
            guard offsets[client] > offsets[client - 1] else { throw .emptyClient(client: client - 1) }
        }
        self.offsets = offsets
        self.samples = samples
    }

    /// Takes each client's samples, of which there are at most `UInt32.max` in all.
    init(clients: [[UInt32]]) throws(PartitionError) {
        var offsets: [UInt32] = [0]
        var samples: [UInt32] = []
        samples.reserveCapacity(clients.reduce(0) { $0 + $1.count })
        for client in clients {
            samples += client
            offsets.append(UInt32(samples.count))
        }
        try self.init(offsets: offsets, samples: samples)
    }

    /// How many clients there are, at least one.
    public var clientCount: Int { offsets.count - 1 }

    /// One client's samples in order.
    public subscript(client: Int) -> ArraySlice<UInt32> {
        samples[Int(offsets[client])..<Int(offsets[client + 1])]
    }

    /// Refuses sample numbers that the data set does not have and, where promised, samples dealt twice or to nobody.
    public func check(sampleCount: Int, isDisjoint: Bool, isCovering: Bool) throws(PartitionError) {
        var isDealt = [Bool](repeating: false, count: sampleCount)
        var dealt = 0
        for number in samples {
            let sample = Int(number)
            guard sample < sampleCount else { throw .sampleOutOfRange(got: sample, sampleCount: sampleCount) }
            if isDealt[sample] {
                if isDisjoint { throw .dealtTwice(sample: sample) }
            } else {
                isDealt[sample] = true
                dealt += 1
            }
        }
        guard !isCovering || dealt == sampleCount else { throw .notCovering(dealt: dealt, samples: sampleCount) }
    }

    /// One view a client, in the clients' order; refuses sample numbers that the data set does not have.
    public func views(of dataset: Dataset) throws(PartitionError) -> [DatasetView] {
        if let highest = samples.max(), highest >= dataset.sampleCount {
            throw .sampleOutOfRange(got: Int(highest), sampleCount: dataset.sampleCount)
        }
        return (0..<clientCount).map { DatasetView(dataset, checked: self[$0]) }
    }

    /// SHA-256 of the split: the client count, the offsets and the samples as little-endian 32-bit words.
    public var digest: SHA256Digest {
        var hasher = SHA256Hasher()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * (1 + offsets.count + samples.count))
        bytes.appendLittleEndian(UInt32(clientCount))
        for offset in offsets { bytes.appendLittleEndian(offset) }
        for sample in samples { bytes.appendLittleEndian(sample) }
        hasher.update(bytes)
        return hasher.finalize()
    }
}
