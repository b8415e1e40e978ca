import Foundation
import Testing

@Suite("What goes together, as commands tell it")
struct CompositionCommandTests {
    private static func scenario(_ more: String) -> String {
        """
        rounds: 1
        data: {name: digits}
        partition: {clients: 12}
        model: {hidden: []}
        round: {cohort: 4}
        strategy: {weighting: uniform}
        \(more)
        """
    }

    @Test("A caveat is told once at the start and kept in the result folder")
    func caveats() throws {
        let folder = try TemporaryFolder()
        let noisy = """
            update: {width: 16, clip: {l2: 1}}
            privacy: {mechanism: gaussian, placement: local, multiplier: 0.5, source: insecure-seeded}
            """
        let file = try folder.write(Self.scenario(noisy), to: "noisy.yaml")
        let run = try Command.run("simulate", file, "--out", folder.file("noisy"))
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.components(separatedBy: "caveat: ").count == 2, "\(run.errors)")
        let kept = try String(contentsOfFile: folder.file("noisy/caveats.json"), encoding: .utf8)
        #expect(kept.contains("\"seeded-noise-hides-nothing\""), "\(kept)")
        let compared = try Command.run("compare", file, "--seeds", "1-2", "--out", folder.file("compared"))
        #expect(compared.status == 0, "\(compared.errors)")
        #expect(compared.errors.components(separatedBy: "caveat: ").count == 2, "\(compared.errors)")
        #expect(compared.output.contains(", nominal"), "\(compared.output)")
        let plain = try folder.write(Self.scenario(""), to: "plain.yaml")
        #expect(try !Command.run("simulate", plain, "--out", folder.file("plain")).errors.contains("caveat"))
        #expect(!FileManager.default.fileExists(atPath: folder.file("plain/caveats.json")))
    }

    @Test(
        "What does not go together is refused with its place, the rule, the reason and what to do instead",
        arguments: [
            (
                "update: {width: 16, clip: {l2: 1}}\nprivacy: {mechanism: laplace, placement: local, multiplier: 1}",
                ["line 8, privacy.mechanism", "laplace-needs-l1", "an L2 bound leaves open", "clip: {l1: …}"]
            ),
            (
                "update: {width: 16, clip: {l2: 1}}\nprivacy: {mechanism: gaussian, placement: distributed, multiplier: 1}",
                ["privacy.mechanism", "gaussian-has-no-shares", "expected skellam"]
            ),
            (
                "update: {width: {from: 16, to: 8}, clip: {l2: 1}}\n"
                    + "privacy: {mechanism: gaussian, placement: central, multiplier: 1}",
                ["line 7, update.width", "noise-sets-the-width", "one width for all rounds"]
            ),
        ]
    )
    func refusals(more: String, words: [String]) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(Self.scenario(more), to: "refused.yaml")
        let run = try Command.run("simulate", file, "--out", folder.file("out"))
        #expect(run.status == 64)
        for word in words { #expect(run.errors.contains(word), "\(word): \(run.errors)") }
        #expect(!FileManager.default.fileExists(atPath: folder.file("out")))
    }

    @Test("Strategies are listed with their options and traits, and the table is the documentation's page")
    func strategies() throws {
        let list = try Command.run("strategies")
        #expect(list.status == 0)
        #expect(list.output.contains("fedavg") && list.output.contains("options.denominator: "), "\(list.output)")
        #expect(list.output.contains("traits: realised-denominator"), "\(list.output)")
        let one = try Command.run("strategies", "exact-sum")
        #expect(one.output.hasPrefix("exact-sum  ") && !one.output.contains("fedavg"), "\(one.output)")
        let unknown = try Command.run("strategies", "fedavgg")
        #expect(unknown.status == 64 && unknown.errors.contains("expected one of"), "\(unknown.errors)")
        let page = Command.packageFolder.appendingPathComponent(
            "Sources/HansaAggregation/HansaAggregation.docc/CompositionRules.md"
        )
        #expect(try Command.run("strategies", "--table").output == String(contentsOf: page, encoding: .utf8))
    }
}
