import Foundation
import HansaCore
import HansaNumerics
import Testing

@testable import HansaLearning

@Suite("Partitions")
struct PartitionTests {
    static let schemes: [PartitionScheme] = [
        .iid, .dirichlet(alpha: 0.5, minimum: 5), .labelShards(perClient: 2), .quantity(alpha: 0.3, minimum: 3),
    ]

    @Test(
        "Every scheme deals each sample once, the same way for the same seed",
        arguments: schemes + SkewedPartitionTests.schemes
    )
    func laws(scheme: PartitionScheme) throws {
        let dataset = try smallDataset(samples: 1_003)
        for seed in 0..<8 as Range<UInt64> {
            let partition = try scheme.partition(of: dataset, clientCount: 20, seed: seed)
            #expect(partition.clientCount == 20)
            try partition.check(sampleCount: 1_003, isDisjoint: true, isCovering: true)
            #expect(try scheme.partition(of: dataset, clientCount: 20, seed: seed) == partition)
            #expect(try scheme.partition(of: dataset, clientCount: 20, seed: seed + 100) != partition)
        }
    }

    @Test("IID sizes differ by at most one; minima are kept", arguments: 0..<8 as Range<UInt64>)
    func sizes(seed: UInt64) throws {
        let dataset = try smallDataset(samples: 1_003)
        func summary(_ scheme: PartitionScheme) throws -> PartitionSummary {
            try PartitionSummary(scheme.partition(of: dataset, clientCount: 20, seed: seed), of: dataset)
        }
        let even = try summary(.iid)
        #expect(even.sizeMin == 50 && even.sizeMax == 51)
        #expect(try summary(.dirichlet(alpha: 0.3, minimum: 7)).sizeMin >= 7)
        let skewed = try summary(.quantity(alpha: 0.2, minimum: 4))
        #expect(skewed.sizeMin >= 4 && skewed.sizeMax > 100)
    }

    @Test("Two shards a client, each within a class, give at most two classes")
    func shards() throws {
        let dataset = try smallDataset(samples: 1_000)
        let partition = try PartitionScheme.labelShards(perClient: 2).partition(of: dataset, clientCount: 50, seed: 3)
        let summary = try PartitionSummary(partition, of: dataset)
        #expect(summary.clients.allSatisfy { $0.size == 20 && $0.histogram.count { $0 > 0 } <= 2 })
    }

    /// A share has the mean and variance of a Dirichlet marginal.
    ///
    /// With α and K clients, a client's share of a class has mean 1/K and variance (1/K)(1 − 1/K)/(Kα + 1). Over
    /// 64 seeds × 10 classes × K shares the mean square share estimates variance + 1/K²; its relative standard error
    /// is below 5 % at these sizes, and 20 % is allowed.
    @Test("Shares of a class have Dirichlet's variance", arguments: [0.1, 0.5, 1, 10])
    func dirichletLaw(alpha: Double) throws {
        let clients = 10
        var square = 0.0
        var first = 0.0
        var count = 0.0
        for seed in 0..<640 as Range<UInt64> {
            var sampler = DirichletSampler(
                concentration: alpha,
                stream: RandomStream(seed: seed, purpose: .partition)
            )
            let shares = sampler.deal(10_000, to: clients)
            #expect(shares.reduce(0, +) == 10_000 && shares.allSatisfy { $0 >= 0 })
            for share in shares { square += Double(share * share) / 1e8 }
            first += Double(shares[0]) / 1e4
            count += 1
        }
        let k = Double(clients)
        let variance = (1 / k) * (1 - 1 / k) / (k * alpha + 1)
        let expected = variance + 1 / (k * k)
        #expect(abs(square / count / k - expected) < 0.2 * expected)
        #expect(abs(first / count - 1 / k) < 5 * (variance / count).squareRoot() + 1e-4)
    }

    /// Two logarithms lie 1/α apart, so that two of five owners come within a hundred of each other in fewer than one
    /// draw of 40,000.
    @Test("A tiny concentration gives nearly one owner a class, never a NaN")
    func tinyConcentration() {
        var sampler = DirichletSampler(concentration: 1e-6, stream: RandomStream(seed: 1, purpose: .partition))
        for _ in 0..<100 { #expect((sampler.deal(1_000, to: 5).max() ?? 0) >= 990) }
    }

    @Test("Small alpha skews labels, large alpha hardly", arguments: 0..<4 as Range<UInt64>)
    func skew(seed: UInt64) throws {
        let dataset = try smallDataset(samples: 5_000)
        func entropy(_ alpha: Double) throws -> Double {
            let scheme = PartitionScheme.dirichlet(alpha: alpha, minimum: 1)
            return try PartitionSummary(scheme.partition(of: dataset, clientCount: 10, seed: seed), of: dataset)
                .labelEntropyMean
        }
        #expect(try entropy(0.1) < 1.5)
        #expect(try entropy(1_000) > 2.25)
    }

    @Test("Splits that cannot be are refused before work")
    func impossible() throws {
        let dataset = try smallDataset(samples: 100)
        func refusal(_ scheme: PartitionScheme, _ clients: Int?) -> PartitionError? {
            do throws(PartitionError) {
                _ = try scheme.partition(of: dataset, clientCount: clients, seed: 1)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal(.iid, 0) == .noClients(got: 0))
        #expect(refusal(.iid, nil) == .noClients(got: 0))
        #expect(refusal(.iid, 101) == .moreClientsThanSamples(clients: 101, samples: 100))
        #expect(refusal(.dirichlet(alpha: 0, minimum: 1), 5) == .invalidConcentration(got: 0))
        #expect(refusal(.dirichlet(alpha: .infinity, minimum: 1), 5) == .invalidConcentration(got: .infinity))
        #expect(refusal(.dirichlet(alpha: 1, minimum: 0), 5) == .invalidMinimum(got: 0))
        #expect(
            refusal(.dirichlet(alpha: 1, minimum: 21), 5)
                == .minimumUnreachable(clients: 5, minimum: 21, samples: 100)
        )
        #expect(
            refusal(.quantity(alpha: 1, minimum: .max), 5)
                == .minimumUnreachable(clients: 5, minimum: .max, samples: 100)
        )
        #expect(
            refusal(.dirichlet(alpha: 0.001, minimum: 33), 3)
                == .minimumNotDrawn(tries: 1_000, concentration: 0.001, minimum: 33, clients: 3)
        )
        #expect(refusal(.labelShards(perClient: 0), 5) == .invalidShardCount(got: 0))
        #expect(refusal(.labelShards(perClient: 21), 5) == .moreShardsThanSamples(shards: 105, samples: 100))
        #expect(refusal(.labelShards(perClient: .max), 5) == .moreShardsThanSamples(shards: .max, samples: 100))
        #expect(refusal(.natural(key: "writer"), nil) == .unknownKey(got: "writer", known: []))
    }

    @Test("Offsets that do not cut, doubled and missing samples are found")
    func checks() throws {
        #expect(throws: PartitionError.invalidOffsets) { try Partition(offsets: [0, 3, 2], samples: [0, 1]) }
        #expect(throws: PartitionError.invalidOffsets) { try Partition(offsets: [1, 2], samples: [0, 1]) }
        #expect(throws: PartitionError.emptyClient(client: 1)) { try Partition(offsets: [0, 2, 2], samples: [0, 1]) }
        let doubled = try Partition(offsets: [0, 1, 2], samples: [1, 1])
        try doubled.check(sampleCount: 3, isDisjoint: false, isCovering: false)
        #expect(throws: PartitionError.dealtTwice(sample: 1)) {
            try doubled.check(sampleCount: 3, isDisjoint: true, isCovering: false)
        }
        #expect(throws: PartitionError.notCovering(dealt: 1, samples: 3)) {
            try doubled.check(sampleCount: 3, isDisjoint: false, isCovering: true)
        }
    }

    @Test("A stored split is read back; damage is refused")
    func stored() throws {
        let dataset = try smallDataset(samples: 50)
        let partition = try PartitionScheme.iid.partition(of: dataset, clientCount: 7, seed: 5)
        let folder = try TemporaryFolder()
        _ = try folder.file("offsets.u32", partition.storedWords.offsets)
        _ = try folder.file("parts.u32", partition.storedWords.parts)
        let scheme = PartitionScheme.file(folder: folder.path)
        #expect(try scheme.partition(of: dataset, clientCount: nil, seed: 0) == partition)
        #expect(throws: PartitionError.wrongClientCount(got: 7, expected: 8)) {
            try scheme.partition(of: dataset, clientCount: 8, seed: 0)
        }
        #expect(throws: PartitionError.self) {
            try scheme.partition(of: smallDataset(samples: 49), clientCount: nil, seed: 0)
        }
        _ = try folder.file("parts.u32", Array(partition.storedWords.parts.dropLast()))
        #expect(throws: PartitionError.self) { try scheme.partition(of: dataset, clientCount: nil, seed: 0) }
    }

    @Test("Splits have the same bits on every machine")
    func golden() throws {
        let dataset = try smallDataset(samples: 1_003)
        let digests = try Self.schemes.map {
            try $0.partition(of: dataset, clientCount: 20, seed: 42).digest.hexadecimal.prefix(16)
        }
        #expect(digests == ["5618c6d3c2867294", "a352fe921115df63", "510ca95a1d854eb7", "23290c930f8fcd95"])
    }
}
