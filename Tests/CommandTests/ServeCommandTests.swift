import Foundation
import Testing

@Suite("hansa serve")
struct ServeCommandTests {
    private func summary(_ outcome: Command.Outcome) throws -> [String: Any] {
        let lines = try Deployment.lines(outcome.output)
        return try #require(lines.last { $0["event"] as? String == "summary" }, "\(outcome.output)")
    }

    private func finish(_ clients: [Command.Launched]) throws {
        for client in clients {
            let outcome = try Command.finish(client)
            #expect(outcome.status == 0, "\(outcome.errors)\(outcome.output)")
        }
    }

    @Test("A run over the network counts every client in every round, and its state says so")
    func counting() throws {
        let deployment = try Deployment()
        _ = try deployment.configuration()
        let (server, address) = try deployment.serve()
        let clients = try (0..<3).map { try deployment.client($0, address: address) }
        let outcome = try Command.finish(server)
        try finish(clients)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let rounds = try Deployment.lines(outcome.output).filter { $0["event"] as? String == "round" }
        #expect(rounds.map { $0["round"] as? Int } == [1, 2, 3, 4])
        #expect(rounds.allSatisfy { $0["counted"] as? Int == 3 && $0["outcome"] as? String == "committed" })
        let summary = try summary(outcome)
        #expect(summary["contributions"] as? [Int] == [4, 4, 4])
        #expect(summary["isFinished"] as? Bool == true && summary["restarts"] as? Int == 0)
        #expect(outcome.errors.contains("window-bytes") && outcome.errors.contains("quorum"), "\(outcome.errors)")

        let verify = try Command.run("verify", "--state-dir", deployment.state, "--json")
        #expect(verify.status == 0, "\(verify.errors)")
        let report = try #require(try Deployment.lines(verify.output).first)
        #expect(report["contributions"] as? Int == 12 && report["counted"] as? Int == 12)
        #expect(report["model"] as? String == summary["model"] as? String)
        let export = try Command.run("ledger", "export", "--kind", "contributions", "--state-dir", deployment.state)
        let lines = try Deployment.lines(export.output)
        #expect(lines.count == 12)
        #expect(lines.map { $0["name"] as? String }.prefix(3) == ["client-0", "client-1", "client-2"])
        #expect(lines.allSatisfy { $0["verdict"] as? String == "counted" && $0["payloadBytes"] as? Int == 2 })
        #expect(lines.map { $0["assignment"] as? String }.last == "4/0/2/0")

        // Started again, it is over at once.
        let (again, _) = try deployment.serve()
        let late = try Command.finish(again)
        #expect(late.status == 0)
        #expect(try self.summary(late)["model"] as? String == summary["model"] as? String)
    }

    @Test("A coordinator killed before it acknowledges goes on, and counts nobody twice")
    func deaths() throws {
        let deployment = try Deployment()
        _ = try deployment.configuration()
        let hook = ["HANSA_TEST_DIE_AT_RECEIPT": "1:1,3:2"]
        var (server, address) = try deployment.serve(environment: hook)
        let clients = try (0..<3).map { try deployment.client($0, address: address) }
        var deathCount = 0
        while true {
            let outcome = try Command.finish(server)
            if outcome.status == 0 {
                let summary = try summary(outcome)
                #expect(summary["contributions"] as? [Int] == [4, 4, 4])
                #expect(summary["restarts"] as? Int == 2)
                break
            }
            try #require(outcome.status == -SIGKILL && deathCount < 2, "\(outcome.errors)")
            deathCount += 1
            let verify = try Command.run("verify", "--state-dir", deployment.state)
            #expect(verify.status == 0, "\(verify.errors)")
            (server, _) = try deployment.serve(["--listen", address], environment: hook)
        }
        #expect(deathCount == 2)
        try finish(clients)
    }

    @Test("Real clients compute the model that the simulator computes, to the bit")
    func simulated() throws {
        let deployment = try Deployment()
        let folder = deployment.folder
        let scenario = try folder.write(
            """
            name: three
            seed: 5
            rounds: 3
            data: {name: digits}
            partition: {clients: 3}
            model: {hidden: [8]}
            round: {cohort: 2}
            """,
            to: "three.yaml"
        )
        let simulated = try Command.run("simulate", scenario, "--memory", "--json", "--out", folder.file("result"))
        let result = try #require(try Deployment.lines(simulated.output.split(separator: "\n").joined() + "\n").first)
        let split = try Command.run("data", "partition", scenario, "--out", folder.file("split"), "--quiet")
        #expect(split.status == 0, "\(split.errors)")
        _ = try deployment.configuration(run: "{scenario: three.yaml}")
        let (server, address) = try deployment.serve()
        let clients = try (0..<3).map { number in
            try deployment.client(
                number,
                address: address,
                trainer: """
                    [trainer]
                    kind = exact
                    [data]
                    features = split/client-0000\(number)/features.npy
                    labels = split/client-0000\(number)/labels.npy
                    [reproducible]
                    seed = 5
                    """
            )
        }
        let outcome = try Command.finish(server)
        try finish(clients)
        let summary = try summary(outcome)
        #expect(summary["model"] as? String == result["digest"] as? String)
        #expect(summary["accuracy"] as? Double == result["accuracy"] as? Double)
        let record = try Command.run(
            "ledger",
            "export",
            "--state-dir",
            deployment.state,
            "--kind",
            "participation"
        )
        #expect(record.output.split(separator: "\n").count == 3)
        let file = try folder.write(record.output, to: "participation.jsonl")
        let replayed = try Command.run(
            "simulate",
            scenario,
            "--replay",
            file,
            "--memory",
            "--json",
            "--quiet",
            "--out",
            folder.file("replayed")
        )
        #expect(replayed.output.contains(try #require(summary["model"] as? String)), "\(replayed.errors)")
    }

    @Test(
        "A second coordinator and commands that look are refused; signals end it in order",
        arguments: [SIGTERM, SIGINT]
    )
    func stops(signal: Int32) throws {
        let deployment = try Deployment()
        let file = try deployment.configuration()
        let (server, address) = try deployment.serve()
        let second = try Command.run("serve", "--config", file)
        #expect(second.status == 75)
        #expect(second.errors.contains("another coordinator has the state folder"), "\(second.errors)")
        #expect(try Command.run("verify", "--state-dir", deployment.state).status == 75)
        #expect(
            try Command.run("ledger", "export", "--kind", "contributions", "--state-dir", deployment.state).status == 75
        )
        let taken = try Command.run("serve", "--config", file, "--state-dir", "other", "--listen", address)
        #expect(taken.status == 69, "\(taken.errors)")
        #expect(taken.errors.contains("another program listens there"), "\(taken.errors)")
        let client = try deployment.client(0, address: address)
        // Its update is durable once the ledger of the stopped coordinator has it, or the client was still on its way.
        while client.process.isRunning,
            try !String(contentsOfFile: client.folder.file("out"), encoding: .utf8)
                .contains("accepted"),
            try !String(contentsOfFile: client.folder.file("err"), encoding: .utf8)
                .contains("accepted")
        {
            Thread.sleep(forTimeInterval: 0.01)
        }
        kill(server.process.processIdentifier, signal)
        kill(server.process.processIdentifier, signal)
        let outcome = try Command.finish(server)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try summary(outcome)["isFinished"] as? Bool == false)
        let verify = try Command.run("verify", "--state-dir", deployment.state, "--json")
        #expect(verify.status == 0, "\(verify.errors)")
        let export = try Command.run("ledger", "export", "--kind", "contributions", "--state-dir", deployment.state)
        #expect(try Deployment.lines(export.output).map { $0["verdict"] as? String } == ["pending"])
        let renamed = try deployment.configuration(more: "report: {progress: none}")
        let text = try String(contentsOfFile: renamed, encoding: .utf8)
            .replacingOccurrences(of: "client-0, client-1", with: "client-1, client-0")
        let swapped = try deployment.folder.write(text, to: "swapped.yaml")
        let other = try Command.run("serve", "--config", swapped)
        #expect(other.status == 78)
        #expect(other.errors.contains("another name for client 0"), "\(other.errors)")
    }

    @Test("A start that comes to nothing is no restart, and a run goes on in its mode alone")
    func modes() throws {
        let deployment = try Deployment()
        let folder = deployment.folder
        _ = try folder.write(
            "name: three\nrounds: 3\ndata: {name: digits}\npartition: {clients: 3}\nmodel: {hidden: []}",
            to: "three.yaml"
        )
        func life() throws -> [String: Any] {
            let (server, _) = try deployment.serve()
            kill(server.process.processIdentifier, SIGTERM)
            return try summary(Command.finish(server))
        }
        let file = try deployment.configuration(run: "{scenario: three.yaml}")
        let good = try String(contentsOfFile: file, encoding: .utf8)
        #expect(try life()["restarts"] as? Int == 0)
        let bad = good.replacingOccurrences(of: "coordinator.key", with: "client-0.key")
        let refused = try Command.run("serve", "--config", try folder.write(bad, to: "bad.yaml"))
        #expect(refused.status == 78, "\(refused.errors)")
        // Marks of encodings and of other systems' lines are no part of a text.
        _ = try folder.write("\u{FEFF}client-0\r\nclient-1\r\nclient-2 # the last\r\n", to: "roster.txt")
        let marked = good.replacingOccurrences(of: "[client-0, client-1, client-2]", with: "{file: roster.txt}")
        _ = try folder.write("\u{FEFF}" + marked, to: "coordinator.yaml")
        #expect(try life()["restarts"] as? Int == 1)
        _ = try deployment.configuration(run: "{scenario: three.yaml, mode: production}")
        let other = try Command.run("serve", "--config", file)
        #expect(other.status == 78)
        #expect(other.errors.contains("got run.mode production, expected reproducible"), "\(other.errors)")
        try FileManager.default.removeItem(atPath: deployment.state)
        #expect(try life()["restarts"] as? Int == 0)
        #expect(try life()["restarts"] as? Int == 1)
        _ = try folder.write(good, to: "coordinator.yaml")
        let back = try Command.run("serve", "--config", file)
        #expect(back.errors.contains("got run.mode reproducible, expected production"), "\(back.errors)")
    }
}
