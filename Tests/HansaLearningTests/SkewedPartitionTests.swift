import Foundation
import HansaCore
import Testing

@testable import HansaLearning

@Suite("Partitions of FedML, FedProx and by classes")
struct SkewedPartitionTests {
    static let schemes: [PartitionScheme] = [
        .balancedDirichlet(alpha: 0.5, minimum: 5), .classes(perClient: 3),
        .powerLaw(sigma: 2, minimum: 4, classes: nil), .powerLaw(sigma: 1, minimum: 5, classes: 2),
    ]

    @Test("Splits have the same bits on every machine")
    func golden() throws {
        let dataset = try smallDataset(samples: 1_003)
        let digests = try Self.schemes.map {
            String(try $0.partition(of: dataset, clientCount: 20, seed: 42).digest.hexadecimal.prefix(16))
        }
        #expect(digests == ["64d32200260cefb5", "59b51aadf4f5daeb", "373c033a90e3d59b", "9403bedc76d7a86c"])
    }

    @Test("A client that holds its even share gets no more", arguments: 0..<8 as Range<UInt64>)
    func balance(seed: UInt64) throws {
        let dataset = try smallDataset(samples: 2_000)
        let scheme = PartitionScheme.balancedDirichlet(alpha: 0.3, minimum: 3)
        let summary = try PartitionSummary(scheme.partition(of: dataset, clientCount: 20, seed: seed), of: dataset)
        for client in summary.clients {
            var before = 0
            for count in client.histogram {
                #expect(count == 0 || before < 100)
                before += count
            }
        }
        #expect(summary.sizeMax < 300)
        let plain = PartitionScheme.dirichlet(alpha: 0.3, minimum: 3)
        let unbalanced = try PartitionSummary(plain.partition(of: dataset, clientCount: 20, seed: seed), of: dataset)
        #expect(unbalanced.clients.contains { $0.histogram.dropLast().reduce(0, +) >= 100 && $0.histogram[9] > 0 })
    }

    @Test("A tiny concentration leaves balance no NaN")
    func tinyBalance() throws {
        let dataset = try smallDataset(samples: 200)
        let scheme = PartitionScheme.balancedDirichlet(alpha: 1e-4, minimum: 1)
        let partition = try scheme.partition(of: dataset, clientCount: 3, seed: 1)
        try partition.check(sampleCount: 200, isDisjoint: true, isCovering: true)
    }

    @Test("Each client holds just so many classes, each class has as many holders", arguments: [1, 2, 3, 7, 10])
    func classes(perClient: Int) throws {
        let dataset = try smallDataset(samples: 2_000)
        for seed in 0..<8 as Range<UInt64> {
            let scheme = PartitionScheme.classes(perClient: perClient)
            let summary = try PartitionSummary(scheme.partition(of: dataset, clientCount: 23, seed: seed), of: dataset)
            #expect(summary.clients.allSatisfy { $0.histogram.count { $0 > 0 } == perClient })
            let holders = (0..<10).map { label in summary.clients.count { $0.histogram[label] > 0 } }
            #expect((holders.max() ?? 0) - (holders.min() ?? 0) <= 1)
            for label in 0..<10 {
                let own = summary.clients.map { $0.histogram[label] }.filter { $0 > 0 }
                #expect((own.max() ?? 0) - (own.min() ?? 0) <= 1)
            }
        }
    }

    @Test("Power-law sizes keep the minimum and are far apart")
    func powerLaw() throws {
        let dataset = try smallDataset(samples: 20_000)
        let sizes = try PartitionSummary(
            PartitionScheme.powerLaw(sigma: 2, minimum: 10, classes: nil)
                .partition(of: dataset, clientCount: 200, seed: 1),
            of: dataset
        ).clients.map(\.size).sorted()
        #expect(sizes[0] >= 10)
        // With sigma 2 the richest tenth holds Φ(2 − 1.28), or 76 %, of the weights on average.
        #expect(sizes.suffix(20).reduce(0, +) > 10_000 && sizes[100] < 60)
        let paper = try PartitionSummary(
            PartitionScheme.powerLaw(sigma: 2, minimum: 5, classes: 2)
                .partition(of: dataset, clientCount: 1_000, seed: 1),
            of: dataset
        )
        for (client, summary) in paper.clients.enumerated() {
            for (label, count) in summary.histogram.enumerated() {
                let isHeld = label == client % 10 || label == (client + 1) % 10
                #expect(isHeld ? count >= 5 : count == 0)
            }
        }
    }

    @Test("Splits that cannot be are refused with the numbers that say why")
    func impossible() throws {
        let dataset = try smallDataset(samples: 100)
        func refusal(_ scheme: PartitionScheme, _ clients: Int) -> PartitionError? {
            do throws(PartitionError) {
                _ = try scheme.partition(of: dataset, clientCount: clients, seed: 1)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal(.classes(perClient: 0), 5) == .invalidClassCount(got: 0, classes: 10))
        #expect(refusal(.classes(perClient: 11), 5) == .invalidClassCount(got: 11, classes: 10))
        #expect(refusal(.classes(perClient: 1), 9) == .classesWithoutClient(clients: 9, perClient: 1, classes: 10))
        if case .classTooSmall(_, holders: 20, minimum: 1, samples: 10)? = refusal(.classes(perClient: 4), 50) {
        } else {
            Issue.record("a class of 10 samples has 20 holders")
        }
        #expect(
            refusal(.powerLaw(sigma: 1, minimum: 5, classes: 2), 20)
                == .classTooSmall(label: 0, holders: 4, minimum: 5, samples: 10)
        )
        #expect(
            refusal(.powerLaw(sigma: 1, minimum: .max, classes: 2), 20)
                == .classTooSmall(label: 0, holders: 4, minimum: .max, samples: 10)
        )
        #expect(refusal(.powerLaw(sigma: 0, minimum: 5, classes: nil), 20) == .invalidSigma(got: 0))
        #expect(refusal(.powerLaw(sigma: 1, minimum: 0, classes: nil), 20) == .invalidMinimum(got: 0))
        #expect(
            refusal(.powerLaw(sigma: 1, minimum: 6, classes: nil), 20)
                == .minimumUnreachable(clients: 20, minimum: 6, samples: 100)
        )
        #expect(refusal(.balancedDirichlet(alpha: -1, minimum: 1), 5) == .invalidConcentration(got: -1))
    }

    // MARK: Held-out samples

    @Test("A client keeps its share, and what it keeps it does not train on")
    func heldOut() throws {
        let dataset = try smallDataset(samples: 1_003)
        let partition = try PartitionScheme.quantity(alpha: 0.3, minimum: 1)
            .partition(of: dataset, clientCount: 30, seed: 2)
        let held = try partition.holdingOut(share: 0.2, seed: 5)
        let again = try partition.holdingOut(share: 0.2, seed: 5)
        let other = try partition.holdingOut(share: 0.2, seed: 6)
        #expect(held == again && held != other)
        let views = try held.testViews(of: dataset)
        for client in 0..<30 {
            let size = partition[client].count
            let kept = held.testSamples(of: client)
            #expect(
                kept.count == min(size - 1, Int((0.2 * Double(size)).rounded())) && views[client].count == kept.count
            )
            #expect(Set(kept).union(held.train[client]) == Set(partition[client]))
            #expect(held.train[client].count == size - kept.count)
        }
        #expect(throws: PartitionError.invalidShare(got: 1)) { try partition.holdingOut(share: 1, seed: 1) }
        #expect(throws: PartitionError.self) { try partition.holdingOut(share: .nan, seed: 1) }
    }

    @Test("The last samples of each client can be kept")
    func heldOutLast() throws {
        let dataset = try smallDataset(samples: 100)
        let partition = try PartitionScheme.iid.partition(of: dataset, clientCount: 4, seed: 2)
        let held = try partition.holdingOut(share: 0.4, choice: .last, seed: 1)
        for client in 0..<4 {
            let kept = held.testSamples(of: client)
            #expect(kept.count == 10 && (held.train[client].max() ?? 0) < (kept.min() ?? 0))
        }
    }
}
