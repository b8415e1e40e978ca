import Foundation
import GRDB
import Testing

@Suite("hansa ledger show and hansa ledger verify")
struct PrivacyLedgerCommandTests {
    /// A finished run of noised rounds; returns its state folder.
    private func finishedRun(in folder: TemporaryFolder, privacy: String, rounds: Int = 2) throws -> String {
        let scenario = try folder.write(
            """
            name: ledger
            rounds: \(rounds)
            data: {name: digits}
            partition: {clients: 3}
            model: {hidden: []}
            round: {cohort: 2}
            strategy: {name: fedavg, weighting: uniform}
            update: {width: 16, clip: {l2: 1}}
            privacy: {mechanism: gaussian, multiplier: 4, delta: 1e-6, \(privacy)}
            """,
            to: "ledger.yaml"
        )
        let run = try Command.run("simulate", scenario, "--out", folder.file("result"), "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        return folder.file("result/state")
    }

    @Test("An export holds by itself, and no byte of it can be changed unseen")
    func export() throws {
        let folder = try TemporaryFolder()
        let state = try finishedRun(in: folder, privacy: "placement: local")
        let export = try Command.run("ledger", "export", "--state-dir", state)
        #expect(export.status == 0, "\(export.errors)")
        // A header, four updates, two models and the seal.
        #expect(export.output.split(separator: "\n").count == 8)
        let file = try folder.write(export.output, to: "ledger.jsonl")
        let good = try Command.run("ledger", "verify", file)
        #expect(good.status == 0, "\(good.errors)")
        let whole = try Command.run("ledger", "verify", "--state-dir", state)
        #expect(whole.status == 0, "\(whole.errors)")
        for (from, to) in [("\"rho\":0.1", "\"rho\":0.2"), ("\"accepted\":true", "\"accepted\":false"), ("os", "oS")] {
            let changed = export.output.replacingOccurrences(of: from, with: to)
            #expect(changed != export.output, "\(from)")
            let verdict = try Command.run("ledger", "verify", try folder.write(changed, to: "changed.jsonl"))
            #expect(verdict.status == 65, "\(from): \(verdict.output)")
            #expect(verdict.errors.contains("changed.jsonl"), "\(verdict.errors)")
        }
        let short = export.output.split(separator: "\n").dropLast().joined(separator: "\n") + "\n"
        #expect(try Command.run("ledger", "verify", try folder.write(short, to: "short.jsonl")).status == 65)
        #expect(try Command.run("ledger", "verify", folder.file("none.jsonl")).status == 66)
        #expect(try Command.run("ledger", "verify").status == 64)
        let json = try Command.run("ledger", "verify", file, "--json")
        let report = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        #expect(report?["holds"] as? Bool == true && report?["lines"] as? Int == 7, "\(json.output)")
        let wrong = try Command.run("ledger", "verify", folder.path)
        #expect(wrong.status == 65 && wrong.errors.contains("got a folder"), "\(wrong.errors)")
    }

    @Test("What is shown names the adversaries, and says where nothing is protected")
    func show() throws {
        for (privacy, words) in [
            ("placement: local", ["private by itself, against everyone", "protects from coordinator"]),
            ("placement: central", ["the coordinator is trusted", "not from coordinator", "epsilon"]),
            ("placement: local, source: insecure-seeded", ["protects from nobody", "none (seeded noise; would be"]),
        ] {
            let folder = try TemporaryFolder()
            let state = try finishedRun(in: folder, privacy: privacy)
            let shown = try Command.run("ledger", "show", "--state-dir", state, "--clients")
            #expect(shown.status == 0, "\(shown.errors)")
            for word in words { #expect(shown.output.contains(word), "\(privacy): \(shown.output)") }
        }
    }

    @Test("A run stops before the round that would overspend, says so, and goes no further when it is resumed")
    func budget() throws {
        let folder = try TemporaryFolder()
        // One release of multiplier 4 costs ρ = 1/8; two fit ε = 3 at δ = 1e-6, three do not.
        let state = try finishedRun(in: folder, privacy: "placement: central, max-epsilon: 3", rounds: 9)
        let result = try String(contentsOfFile: folder.file("result/result.json"), encoding: .utf8)
        #expect(result.contains("would spend more than the run's privacy budget"), "\(result)")
        let export = try Command.run("ledger", "export", "--state-dir", state)
        let models = export.output.split(separator: "\n").filter { $0.contains("\"kind\":\"published\"") }
        #expect((1...4).contains(models.count), "\(models.count)")
        let again = try Command.run(
            "simulate",
            folder.file("ledger.yaml"),
            "--out",
            folder.file("result"),
            "--resume"
        )
        #expect(again.status == 0)
        #expect(again.output.contains("stopped"), "\(again.output)")
    }

    @Test("A ledger without its last line, or without any, is not whole")
    func cut() throws {
        for (placement, delete) in [
            ("central", "DELETE FROM privacy WHERE line = (SELECT max(line) FROM privacy)"),
            ("central", "DELETE FROM privacy"), ("local", "DELETE FROM privacy"),
            ("local", "DELETE FROM privacy WHERE line = (SELECT max(line) FROM privacy)"),
        ] {
            let folder = try TemporaryFolder()
            let state = try finishedRun(in: folder, privacy: "placement: \(placement)")
            #expect(try Command.run("ledger", "verify", "--state-dir", state).status == 0)
            #expect(try Command.run("verify", "--state-dir", state).status == 0)
            let queue = try DatabaseQueue(path: state + "/hansa.sqlite")
            try queue.write { try $0.execute(sql: delete) }
            try queue.close()
            for command in [["ledger", "verify"], ["ledger", "export"], ["ledger", "show"], ["verify"]] {
                let run = try Command.finish(Command.launch(command + ["--state-dir", state]))
                #expect(run.status == 65, "\(command), \(delete): \(run.output)")
                #expect(run.errors.contains("the privacy ledger has no line of it"), "\(run.errors)")
            }
        }
    }

    @Test("A budget below the cost of one round is refused before anything is trained, with that cost")
    func hopelessBudget() throws {
        for placement in ["local", "central"] {
            let folder = try TemporaryFolder()
            let scenario = try folder.write(
                """
                data: {name: digits}
                partition: {clients: 3}
                model: {hidden: []}
                strategy: {name: fedavg, weighting: uniform}
                update: {width: 16, clip: {l2: 1}}
                privacy: {mechanism: gaussian, multiplier: 0.5, placement: \(placement), max-epsilon: 10}
                """,
                to: "hopeless.yaml"
            )
            let run = try Command.run("simulate", scenario, "--out", folder.file("result"), "--quiet")
            #expect(run.status == 64)
            // rho is 1 / (2 · 0.25²) = 8, that is 27.8 at 1e-6 with the best conversion.
            #expect(run.errors.contains("privacy.max-epsilon: got 10.0, expected at least what one round costs, 27.8"))
        }
    }

    @Test("A budget says against whom it counts")
    func reach() throws {
        for (placement, words) in [
            ("local", "against everyone"), ("central, max-epsilon: 50", "against readers of models"),
        ] {
            let folder = try TemporaryFolder()
            let state = try finishedRun(
                in: folder,
                privacy: "max-epsilon: 50, placement: " + placement.prefix { $0 != "," }
            )
            let shown = try Command.run("ledger", "show", "--state-dir", state).output
            let lines = shown.split(separator: "\n").filter { $0.contains("epsilon 50.0 in all") }
            #expect(!lines.isEmpty && lines.allSatisfy { $0.contains(words) }, "\(shown)")
        }
    }

    @Test("A scenario's plan is written as a client's policy check takes it")
    func plan() throws {
        let folder = try TemporaryFolder()
        _ = try finishedRun(in: folder, privacy: "placement: local")
        let out = folder.file("plan")
        let written = try Command.run("scenario", "plan", folder.file("ledger.yaml"), "--round", "2", "--out", out)
        #expect(written.status == 0, "\(written.errors)")
        #expect(try Command.run("scenario", "plan", folder.file("ledger.yaml"), "--out", out).status == 73)
        let late = try Command.run("scenario", "plan", folder.file("ledger.yaml"), "--round", "3", "--out", out)
        #expect(late.status == 64 && late.errors.contains("expected 1 to 2"), "\(late.errors)")
        let configuration = try folder.write(
            """
            [coordinator]
            address = 127.0.0.1:1
            ca = ca.pem
            [identity]
            certificate = c.pem
            key = c.key
            [state]
            folder = state
            [data]
            features = f.npy
            labels = l.npy
            [policy]
            file = policy.conf
            """,
            to: "client.conf"
        )
        func check(_ policy: String, schema: String = "schema.bin") throws -> Command.Outcome {
            _ = try folder.write("[policy]\n\(policy)\n", to: "policy.conf")
            let options = ["--schema", out + "/" + schema, "--config", configuration]
            return try Command.finish(
                Command.launch(["policy", "check", out + "/plan.bin"] + options, program: Command.path + "-client")
            )
        }
        let allowed = try check("max-epsilon-per-round = 1000")
        #expect(allowed.status == 0 && allowed.output.hasPrefix("allowed"), "\(allowed.output)\(allowed.errors)")
        let refused = try check("max-epsilon-per-round = 0.01")
        #expect(refused.status == 77 && refused.output.contains("to do: ask the coordinator's owner for more noise"))
        // Another model's schema: the plan is not blamed for its own bytes.
        let other = try folder.write(
            String(contentsOfFile: folder.file("ledger.yaml"), encoding: .utf8)
                .replacingOccurrences(of: "hidden: []", with: "hidden: [4]"),
            to: "other.yaml"
        )
        #expect(try Command.run("scenario", "plan", other, "--out", folder.file("other")).status == 0)
        try FileManager.default.moveItem(atPath: folder.file("other/schema.bin"), toPath: out + "/other.bin")
        let foreign = try check("", schema: "other.bin")
        #expect(foreign.status == 65 && foreign.errors.contains("another model"), "\(foreign.errors)")
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: out + "/plan.bin"))
        let broken = try check("")
        #expect(broken.status == 65 && broken.errors.contains("canonical form of a plan"), "\(broken.errors)")
    }
}
