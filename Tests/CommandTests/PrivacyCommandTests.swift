import Foundation
import Testing

@Suite("hansa privacy")
struct PrivacyCommandTests {
    private struct Account: Decodable {
        struct Line: Decodable {
            let accountant: String
            let epsilon: Double?
        }

        let neighbours: String
        let adversary: String
        let accountants: [Line]
        let epsilon: Double?
    }

    private func decode<Value: Decodable>(_ type: Value.Type, _ outcome: Command.Outcome) throws -> Value {
        try #require(outcome.status == 0, Comment(rawValue: outcome.errors))
        return try JSONDecoder().decode(type, from: Data(outcome.output.utf8))
    }

    @Test("epsilon says what each accountant knows, towards whom")
    func epsilon() throws {
        let account = try decode(
            Account.self,
            Command.run(
                "privacy",
                "epsilon",
                "--mechanism",
                "discrete-laplace",
                "--parameter",
                "8",
                "--sensitivity-l1",
                "4",
                "--rounds",
                "100",
                "--json"
            )
        )
        #expect(account.neighbours == "replace-one")
        #expect(account.accountants.map(\.accountant) == ["pure", "concentrated", "renyi"])
        #expect(account.accountants.first?.epsilon == 50)
        // dp.json, D1: the exact composition at δ = 1e-6.
        #expect(try #require(account.epsilon) >= 30.679234073260698)
        #expect(try #require(account.epsilon) < 38)
        let text = try Command.run(
            "privacy",
            "epsilon",
            "--mechanism",
            "discrete-gaussian",
            "--parameter",
            "2.5",
            "--sensitivity-l2-squared",
            "4"
        )
        #expect(text.status == 0)
        #expect(text.output.contains("none"))
        #expect(text.output.contains("replace-one"))
    }

    @Test("epsilon at a delta that gives everything away protects nothing, and none is null in JSON")
    func worthlessDelta() throws {
        let arguments = ["--mechanism", "skellam", "--parameter", "8", "--sensitivity-l2-squared", "8"]
        let outcome = try Command.finish(
            Command.launch(["privacy", "epsilon", "--delta", "0.999"] + arguments)
        )
        #expect(outcome.output.contains("this protects practically nothing"), "\(outcome.output)")
        #expect(!outcome.output.contains("0.000000"), "\(outcome.output)")
        let none = try Command.finish(Command.launch(["privacy", "epsilon", "--delta", "0", "--json"] + arguments))
        let report = try JSONSerialization.jsonObject(with: Data(none.output.utf8)) as? [String: Any]
        #expect(report?["epsilon"] is NSNull, "\(none.output)")
    }

    @Test("calibrate gives a parameter that epsilon agrees with")
    func calibrate() throws {
        struct Report: Decodable {
            let parameter: String
        }
        let wish = [
            "--sensitivity-l2-squared", "400", "--dimension", "1000", "--rounds", "20", "--delta", "1e-6", "--json",
        ]
        let outcome = try Command.finish(
            Command.launch(["privacy", "calibrate", "--mechanism", "skellam", "--epsilon", "4"] + wish)
        )
        let parameter = try decode(Report.self, outcome).parameter
        let account = try decode(
            Account.self,
            Command.finish(
                Command.launch(["privacy", "epsilon", "--mechanism", "skellam", "--parameter", parameter] + wish)
            )
        )
        let epsilon = try #require(account.epsilon)
        #expect(epsilon <= 4)
        #expect(epsilon > 3.8)
    }

    @Test("plan says when a wish is hopeless, and names both adversaries of shares")
    func plan() throws {
        let hopeless = try Command.run(
            "privacy",
            "plan",
            "--clip",
            "1",
            "--dimension",
            "1000000",
            "--bits",
            "32",
            "--cohort",
            "1000",
            "--rounds",
            "10",
            "--placement",
            "local",
            "--epsilon",
            "1"
        )
        #expect(hopeless.status == 0, Comment(rawValue: hopeless.errors))
        for word in ["hopeless", "--placement central", "clients a round", "parameters"] {
            #expect(hopeless.output.contains(word))
        }
        let shared = try Command.run(
            "privacy",
            "plan",
            "--clip",
            "1",
            "--dimension",
            "100",
            "--bits",
            "24",
            "--cohort",
            "1000",
            "--rounds",
            "10",
            "--placement",
            "distributed",
            "--epsilon",
            "4"
        )
        #expect(shared.status == 0, Comment(rawValue: shared.errors))
        #expect(shared.output.contains("readers of the model"))
        #expect(shared.output.contains("one share alone"))
        #expect(shared.output.contains("clear"))
    }

    @Test("sample draws, saves and tests; it does not write over a file")
    func sample() throws {
        let folder = try TemporaryFolder()
        let arguments = [
            "privacy", "sample", "--mechanism", "skellam", "--parameter", "9", "--count", "20000", "--out",
            folder.file("draws"),
        ]
        let outcome = try Command.finish(Command.launch(arguments))
        #expect(outcome.status == 0, Comment(rawValue: outcome.errors))
        #expect(outcome.output.contains("chi-square"))
        let draws = try String(contentsOfFile: folder.file("draws"), encoding: .utf8).split(separator: "\n")
        #expect(draws.count == 20_000)
        #expect(draws.allSatisfy { Int32($0) != nil })
        let again = try Command.finish(Command.launch(arguments))
        #expect(again.status == 73)
        #expect(again.errors.contains("exists"))
    }

    private struct Audit: Decodable {
        struct Finding: Decodable {
            let adversary: String
            let measure: String
            let claim: Double
            let lowerBound: Double
            let isViolation: Bool
        }

        let neighbours: String
        let noiseSource: String
        let significance: Double
        let findings: [Finding]
    }

    @Test("audit bounds ε or µ towards every adversary of a placement")
    func audit() throws {
        for (placement, adversaries) in [
            ("local", ["everyone"]), ("distributed", ["coordinator", "model reader"]), ("central", ["model reader"]),
        ] {
            let outcome = try Command.run(
                "privacy",
                "audit",
                "--two-point",
                "--placement",
                placement,
                "--trials",
                "4000",
                "--seed",
                "1",
                "--json"
            )
            let audit = try decode(Audit.self, outcome)
            #expect(audit.neighbours == "replace-one" && audit.noiseSource == "seeded" && audit.significance == 1e-6)
            #expect(audit.findings.map(\.adversary) == adversaries)
            for finding in audit.findings {
                #expect(finding.measure == (placement == "distributed" ? "mu" : "epsilon"))
                // 2,000 counted releases leave a bound of some 0.7 of the claim.
                #expect(finding.lowerBound > 0.5 * finding.claim && !finding.isViolation)
            }
        }
        let text = try Command.run("privacy", "audit", "--two-point", "--trials", "4000")
        #expect(text.status == 0)
        #expect(text.output.contains("noise source os") && text.output.contains("not refuted"))
    }

    @Test("audit ends with 70 where its bound is above the claim")
    func refuted() throws {
        // At even chances a sound pipeline is called broken for one seed in ten or so, of which 12 is one.
        let arguments = ["privacy", "audit", "--two-point", "--trials", "400", "--significance", "0.5"]
        for (seed, isRefuted) in [("12", true), ("13", false)] {
            let outcome = try Command.finish(Command.launch(arguments + ["--seed", seed]))
            #expect(outcome.status == (isRefuted ? 70 : 0))
            #expect(outcome.output.contains("REFUTED") == isRefuted)
            #expect(outcome.errors.contains("the claim is refuted") == isRefuted)
        }
    }

    @Test(
        "mistakes are refused with what came and what was due",
        arguments: [
            (["epsilon", "--mechanism", "discrete-laplace", "--parameter", "8"], "--sensitivity-l1"),
            (["epsilon", "--mechanism", "skellam", "--parameter", "8"], "--sensitivity-l2-squared"),
            (
                [
                    "epsilon", "--mechanism", "discrete-laplace", "--parameter", "8", "--sensitivity-l1", "1",
                    "--delta", "1",
                ], "--delta is 1"
            ),
            (
                [
                    "epsilon", "--mechanism", "discrete-laplace", "--parameter", "8", "--sensitivity-l1", "1",
                    "--rounds", "0",
                ], "--rounds is 0"
            ),
            (["epsilon", "--mechanism", "discrete-laplace", "--parameter", "8/0", "--sensitivity-l1", "1"], "8/0"),
            (
                [
                    "calibrate", "--mechanism", "discrete-gaussian", "--sensitivity-l2-squared", "4", "--epsilon", "1",
                    "--delta", "0",
                ], "--delta is 0"
            ),
            (
                ["calibrate", "--mechanism", "discrete-laplace", "--sensitivity-l1", "4", "--epsilon", "0"],
                "--epsilon is 0"
            ),
            (
                [
                    "plan", "--clip", "1", "--dimension", "1000", "--bits", "4", "--cohort", "10", "--placement",
                    "local", "--epsilon", "1",
                ], "expected at least"
            ),
            (
                [
                    "plan", "--clip", "1", "--dimension", "1000", "--bits", "40", "--cohort", "10", "--placement",
                    "local", "--epsilon", "1",
                ], "--bits is 40"
            ),
            (
                [
                    "plan", "--clip", "1", "--dimension", "10", "--cohort", "10", "--placement", "distributed",
                    "--mechanism", "discrete-gaussian", "--epsilon", "1",
                ], "skellam"
            ),
            (["sample", "--mechanism", "skellam", "--parameter", "8", "--count", "0"], "--count is 0"),
            (
                [
                    "plan", "--clip", "1", "--dimension", "10", "--cohort", "1000", "--placement", "central",
                    "--epsilon", "1", "--delta", "0.5",
                ], "expected below 1/1000"
            ),
            (
                ["sample", "--mechanism", "discrete-laplace", "--parameter", "8589934592", "--count", "20000"],
                "expected at most 262144"
            ),
            (["sample", "--mechanism", "discrete-gaussian", "--parameter", "4611686018427387904"], "expected at most"),
            (["sample", "--mechanism", "skellam", "--parameter", "100000000000000"], "expected at most 262144"),
            (["audit"], "--two-point"),
            (["audit", "--two-point", "--trials", "3"], "--trials is 3"),
            (["audit", "--two-point", "--claim", "0"], "--claim is 0"),
            (["audit", "--two-point", "--dimension", "5000"], "--dimension is 5000; expected 1 to 4096"),
            (["audit", "--two-point", "--significance", "1"], "--significance is 1"),
            (
                ["audit", "--two-point", "--placement", "distributed", "--mechanism", "discrete-gaussian"],
                "--mechanism skellam"
            ),
        ] as [([String], String)]
    )
    func mistakes(arguments: [String], said: String) throws {
        let outcome = try Command.finish(Command.launch(["privacy"] + arguments))
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains(said))
        #expect(outcome.output.isEmpty)
    }
}
