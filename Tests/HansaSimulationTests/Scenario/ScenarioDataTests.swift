import Foundation
import HansaCore
import HansaLearning
import Testing

@testable import HansaSimulation

@Suite("Scenarios' data: prepared, split, augmented")
struct ScenarioDataTests {
    private func scenario(_ lines: String...) throws -> Scenario {
        try Scenario(text: lines.joined(separator: "\n"), file: "test.yaml")
    }

    private func read(_ view: DatasetView, _ example: Int) -> [Float] {
        var values = [Float](repeating: -1, count: view.featureCount)
        values.withUnsafeMutableBufferPointer { view.copyFeatures(ofExample: example, to: $0) }
        return values
    }

    @Test(
        "What is said of data and split comes back when the resolved scenario is read again",
        arguments: [
            "data: {name: digits, normalize: channel}",
            "data: {name: digits, normalize: {mean: 0.5, deviation: [0.25]}, augment: {flip: true, crop: 2}}",
            "data: {name: digits, client-test: 0.2}\npartition: {kind: dirichlet-balanced, alpha: 0.3}",
            "data: {name: digits, client-test: {share: 0.5, choose: last}}\npartition: {kind: classes, per-client: 3}",
            "data: {name: digits}\npartition: {kind: power-law, sigma: 1.5, minimum: 4, per-client: 2}",
            "data: {name: digits}\npartition: {kind: power-law}",
            "data: {name: digits}\npartition: {kind: iid, feature-skew: {noise: 0.3}}",
            "data: {name: digits}\npartition: {kind: iid, feature-skew: {rotation: 4}}",
            "data: {features: /x.npy, labels: /y.npy, channels: first}",
        ]
    )
    func roundTrip(text: String) throws {
        let first = try Scenario(text: text, file: "test.yaml").resolved
        let second = try Scenario(text: first.yaml, file: "test.yaml").resolved
        #expect(first == second && first.yaml == second.yaml)
    }

    @Test("A scenario that says nothing of them reads as before")
    func silent() throws {
        let yaml = try scenario("data: {name: digits}").resolved.yaml
        for word in ["normalize", "augment", "client-test", "feature-skew", "channels"] {
            #expect(!yaml.contains(word))
        }
    }

    @Test("Held-out samples are in no client's training, and every client has a view of its own")
    func clientTest() throws {
        let whole = try scenario("data: {name: digits}", "partition: {clients: 20}").prepared()
        let run = try scenario("data: {name: digits, client-test: 0.25}", "partition: {clients: 20}").prepared()
        #expect(whole.clientTests.isEmpty && run.clientTests.count == 20)
        #expect(whole.makeSimulation(threadCount: 1).clientTests == nil)
        #expect(run.makeSimulation(threadCount: 1).clientTests?.count == 20)
        for client in 0..<20 {
            let test = run.clientTests[client]
            let kept = Set((0..<test.count).map { test.sample(ofExample: $0) })
            let train = run.clients[client]
            let trained = Set((0..<train.count).map { train.sample(ofExample: $0) })
            #expect(kept.isDisjoint(with: trained))
            #expect(kept.union(trained) == Set(whole.partition[client].map { Int($0) }))
            #expect(kept.count == Int((0.25 * Double(whole.partition[client].count)).rounded()))
        }
    }

    @Test("Normalization is seen by clients and test alike; the natural key need not be named")
    func normalized() throws {
        let plain = try scenario("data: {name: digits}").prepared()
        let run = try scenario("data: {name: digits, normalize: {mean: 0.25, deviation: 0.5}}").prepared()
        for (old, new) in [(plain.clients[3], run.clients[3]), (try #require(plain.test), try #require(run.test))] {
            let pairs = zip(read(old, 0), read(new, 0))
            #expect(pairs.allSatisfy { abs(($0 - 0.25) / 0.5 - $1) < 1e-6 })
        }
        #expect(
            try scenario("data: {name: heart-disease}", "partition: {kind: natural}").resolved.yaml.contains("hospital")
        )
        #expect(
            try scenario("data: {name: har}", "partition: {kind: natural}").resolved.yaml.contains("column: person")
        )
    }

    @Test("A cohort larger than the key has values, and images asked of a table, are told before the first round")
    func table() throws {
        let file = NSTemporaryDirectory() + "/hansa-table-\(UUID().uuidString).csv"
        let rows = (0..<30).map { "\($0 % 7),\($0 % 5),\($0 % 3),\($0 % 2)" }
        try Data(("a,b,site,label\n" + rows.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        func message(_ data: String, _ rest: String) throws -> String {
            let scenario = try scenario("data: {csv: \(file), key: site\(data)}", "partition: {kind: natural}", rest)
            return try #require(#expect(throws: ScenarioError.self) { try scenario.prepared() }).description
        }
        let cohort = try message("", "round: {cohort: 4}")
        #expect(cohort.contains("line 3, round.cohort: got 4, expected at most 3, the number of clients"))
        #expect(cohort.contains("Lower round.cohort"))
        let images = try message(", augment: {flip: true}", "")
        #expect(images.contains("data.augment: got samples of 2 features in a row, expected images to flip and crop"))
        let model = try message("", "model: {kind: cifar-cnn}")
        #expect(model.contains("model.kind:") && model.contains("a vector of 2"))
        let run = try scenario("data: {csv: \(file), key: site}", "partition: {kind: natural}").prepared()
        #expect(run.partition.clientCount == 3)
    }

    @Test("An augmented run has one digest for one and for three workers, and another than without")
    func augmented() async throws {
        func digest(_ data: String, threads: Int) async throws -> SHA256Digest {
            let run = try scenario(
                "data: {name: digits\(data)}",
                "rounds: 3",
                "partition: {clients: 12}",
                "round: {cohort: 5}",
                "model: {kind: softmax}"
            ).prepared()
            return try await DigitsFederation.run(run.makeSimulation(threadCount: threads)).digest
        }
        let plain = try await digest("", threads: 2)
        let one = try await digest(", augment: {flip: true, crop: 1}", threads: 1)
        let three = try await digest(", augment: {flip: true, crop: 1}", threads: 3)
        #expect(one == three && one != plain)
    }
}
