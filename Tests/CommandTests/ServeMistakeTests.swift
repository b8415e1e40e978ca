import Foundation
import Testing

@Suite("Mistakes in coordinators' configurations")
struct ServeMistakeTests {
    /// What replaces what in a good configuration, the status, and what the message says.
    struct Mistake: CustomTestStringConvertible {
        let text: String
        let replacement: String
        let status: Int32
        let parts: [String]

        init(_ text: String, _ replacement: String, _ status: Int32, _ parts: String...) {
            self.text = text
            self.replacement = replacement
            self.status = status
            self.parts = parts
        }

        var testDescription: String { replacement }
    }

    static let mistakes: [Mistake] = [
        Mistake("state: state", "stat: state", 78, "line 2, stat: got the unknown key", "Did you mean \"state\"?"),
        Mistake("state: state", "", 78, "state: got no folder", "--state-dir"),
        Mistake("roster: [client-0, client-1, client-2]", "", 78, "roster: got no roster"),
        Mistake("client-1, client-2]", "client-1]", 78, "line 4, roster: got 2 names, expected 3"),
        Mistake("client-1, client-2]", "client-1, client-1]", 78, "\"client-1\" twice (entry 2, entry 3)"),
        Mistake("client-1, client-2]", "client-1, clïent]", 78, "(entry 3)", "expected a DNS name"),
        Mistake("[client-0, client-1, client-2]", "{file: none.txt}", 78, "roster.file", "cannot be read"),
        Mistake("tls: {certificate", "tls: {certifcate", 78, "Did you mean \"certificate\"?"),
        Mistake(
            "[client-0, client-1, client-2]",
            "{file: blanks.txt}",
            78,
            "\"client-1 client-2\" (line 2 of",
            "expected a DNS name"
        ),
        Mistake("coordinator.pem", "none.pem", 66, "none.pem"),
        Mistake("coordinator.key", "client-0.key", 78, "client-0.key does not belong to the certificate"),
        Mistake("ca.pem", "ca.key", 78, "ca.key does not hold certificates in PEM form"),
        Mistake("exact-sum: {clients: 3", "exact-sum: {clients: 0", 78, "run.exact-sum.clients: got 0"),
        Mistake("exact-sum: {clients: 3", "exact-sum: {cohort: 7, clients: 3", 78, "run.exact-sum", "cohort of 7"),
        Mistake("width: 4", "width: 1", 78, "run.exact-sum.width: got 1, expected a whole number from 2 to 32"),
        Mistake(", allow-test-aggregators: yes", "", 78, "only helps tests", "allow-test-aggregators: yes"),
        Mistake("allow-test-aggregators: yes", "mode: production", 78, "run.mode", "exact-sum in production"),
        Mistake(
            "allow-test-aggregators: yes",
            "allow-test-aggregators: yes, mode: production",
            78,
            "its model shows who took part"
        ),
        Mistake("allow-test-aggregators: yes", "mode: producton", 78, "Did you mean \"production\"?"),
        Mistake("{exact-sum", "{scenario: s.yaml, exact-sum", 78, "run.exact-sum", "one of run.scenario"),
        Mistake("run: {exact-sum: {clients: 3, rounds: 4, width: 4}, ", "run: {", 78, "run: got no scenario"),
        Mistake(
            "exact-sum: {clients: 3, rounds: 4, width: 4}",
            "scenario: none.yaml",
            66,
            "none.yaml",
            "no such file"
        ),
        Mistake(
            "exact-sum: {clients: 3, rounds: 4, width: 4}",
            "scenario: digits.yaml, set: {round.cohrt: 2}",
            78,
            "run.set of",
            "line 1",
            "Did you mean \"cohort\"?"
        ),
        Mistake(
            "exact-sum: {clients: 3, rounds: 4, width: 4}",
            "scenario: digits.yaml, set: {strategy.name: exact-sum}",
            78,
            "strategy"
        ),
        Mistake(
            "exact-sum: {clients: 3, rounds: 4, width: 4}",
            "scenario: digits.yaml",
            78,
            "roster: got 3 names, expected 100"
        ),
        Mistake(
            "exact-sum: {clients: 3, rounds: 4, width: 4}",
            "scenario: digits.yaml, set: {partition.clients: 3, strategy.weighting: uniform, update.width: 16, "
                + "update.clip.l2: 1, privacy.mechanism: gaussian, privacy.placement: central, "
                + "privacy.multiplier: 1, privacy.source: insecure-seeded}",
            78,
            "serving-draws-its-noise",
            "allow-insecure-seeded-noise: yes"
        ),
        Mistake(
            "exact-sum: {clients: 3, rounds: 4, width: 4}",
            "scenario: digits.yaml, set: {partition.clients: 3, strategy.weighting: uniform, update.width: 16, "
                + "update.clip.l2: 1, privacy.mechanism: laplace, privacy.placement: central, "
                + "privacy.multiplier: 1, privacy.source: system}",
            78,
            "laplace-needs-l1",
            "clip: {l1: …}"
        ),
        Mistake(
            "exact-sum: {clients: 3, rounds: 4, width: 4}",
            "scenario: paper.yaml",
            78,
            "serving-is-secure",
            "allow-insecure-strategies: yes"
        ),
        Mistake("state: state", "state: state\nlisten: 127.0.0.1", 78, "line 3, listen", "127.0.0.1:7070"),
        Mistake("state: state", "state: state\nlisten: 127.0.0.1:70000", 78, "line 3, listen"),
        Mistake("state: state", "state: state\nlisten: 192.0.2.1:0", 69, "no interface of this machine"),
        Mistake(
            "state: state",
            "state: state\nlimits: {sessions: 0}",
            78,
            "limits.sessions: got 0, expected at least 1"
        ),
        Mistake(
            "state: state",
            "state: state\nlimits: {heartbeat-milliseconds: 120000}",
            78,
            "heartbeat-milliseconds: got 120000, expected less than idle-milliseconds"
        ),
        Mistake("state: state", "state: state\nlimits: {idle-millisecond: 3}", 78, "Did you mean"),
        Mistake("state: state", "state: state\nlimits: {window-bytes: 1000}", 78, "window-bytes", "two chunks"),
        Mistake("state: state", "state: state\nlimits: {sessions: -1}", 78, "limits.sessions: got -1"),
        Mistake("state: state", "state: state\nreport: {progress: bars}", 78, "report.progress: got \"bars\""),
        Mistake("state: state", "state: {", 78, "YAML"),
    ]

    @Test("A mistake is told with its place, key, value and fix, and leaves no state", arguments: mistakes)
    func mistake(_ mistake: Mistake) throws {
        let deployment = try Deployment()
        _ = try deployment.folder.write("data: {name: digits}", to: "digits.yaml")
        _ = try deployment.folder.write(
            """
            data: {name: digits}
            partition: {clients: 3}
            round: {cohort: 2}
            strategy: {name: insecure-aq-dp-paper, weighting: samples}
            """,
            to: "paper.yaml"
        )
        _ = try deployment.folder.write("client-0\nclient-1 client-2\n", to: "blanks.txt")
        let path = try deployment.configuration()
        let good = try String(contentsOfFile: path, encoding: .utf8)
        #expect(good.contains(mistake.text))
        _ = try deployment.folder.write(
            good.replacingOccurrences(of: mistake.text, with: mistake.replacement),
            to: "coordinator.yaml"
        )
        let run = try Command.run("serve", "--config", path)
        #expect(run.status == mistake.status, "\(run.errors)")
        for part in mistake.parts { #expect(run.errors.contains(part), "\(run.errors)") }
        #expect(run.output.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: deployment.state))
    }

    @Test("A key that others can read, an absent file and wrong options end with their own statuses")
    func others() throws {
        let deployment = try Deployment()
        let path = try deployment.configuration()
        let open = deployment.folder.file("open.key")
        try FileManager.default.copyItem(atPath: deployment.certificates.file("coordinator.key"), toPath: open)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: open)
        let text = try String(contentsOfFile: path, encoding: .utf8)
            .replacingOccurrences(of: deployment.certificates.file("coordinator.key"), with: open)
        let readable = try Command.run("serve", "--config", try deployment.folder.write(text, to: "open.yaml"))
        #expect(readable.status == 77)
        #expect(readable.errors.contains("chmod 600"), "\(readable.errors)")
        let missing = try Command.run("serve", "--config", deployment.folder.file("none.yaml"))
        #expect(missing.status == 66)
        #expect(missing.errors.contains("expected a coordinator's configuration"), "\(missing.errors)")
        #expect(try Command.run("serve").status == 64)
        #expect(try Command.run("serve", "--config", path, "--log-level", "loud").status == 64)
        let launched = try Command.launch(
            ["serve", "--config", path],
            environment: ["HANSA_TEST_DIE_AT_RECEIPT": "1:0"]
        )
        #expect(try Command.finish(launched).status == 64)
        let listen = try Command.run("serve", "--config", path, "--listen", "here")
        #expect(listen.status == 78)
        #expect(listen.errors.contains("--listen, listen: got \"here\""), "\(listen.errors)")
        #expect(!FileManager.default.fileExists(atPath: deployment.state))
    }
}
