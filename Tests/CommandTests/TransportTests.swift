import Foundation
import Testing

/// Six clients, four rounds.
private let scenario = """
    name: six
    rounds: 4
    data: {name: digits}
    partition: {clients: 6}
    model: {hidden: [8]}
    round: {cohort: 4}
    """

/// What the tests look at in `--json`.
private struct Result: Decodable {
    struct Direction: Decodable, Equatable {
        let training: UInt64
        let liveness: UInt64
        let repeated: UInt64
    }

    struct Pair: Decodable, Equatable {
        let up: UInt64
        let down: UInt64
    }

    struct Wire: Decodable {
        let up: Direction
        let down: Direction
        let counted: Pair
        let tls: Pair?
    }

    let digest: String
    let transport: String?
    let wire: Wire?
    let restartCount: Int
    let clientRestartCount: Int?
    let stopped: String?
}

@Suite("hansa simulate --transport")
struct TransportTests {
    private let folder: TemporaryFolder
    private let file: String

    init() throws {
        folder = try TemporaryFolder()
        file = try folder.write(scenario, to: "six.yaml")
    }

    private func run(_ name: String, _ options: String...) throws -> Result {
        let launched = try Command.launch(
            ["simulate", file, "--json", "--quiet", "--out", folder.file(name)] + options
        )
        let run = try Command.finish(launched)
        #expect(run.status == 0, "\(run.errors)")
        return try JSONDecoder().decode(Result.self, from: Data(run.output.utf8))
    }

    @Test("framed gives the digest of values and predicts the wire's bytes")
    func framed() throws {
        let byValue = try run("values", "--memory")
        #expect(byValue.wire == nil && byValue.transport == nil)
        let framed = try run("framed", "--transport", "framed")
        #expect(framed.digest == byValue.digest)
        #expect(framed.transport == "framed")
        let wire = try #require(framed.wire)
        #expect(wire.counted == Result.Pair(up: wire.up.training, down: wire.down.training))
        #expect(wire.tls == nil)
        let faulty = try run("faulty", "--transport", "framed", "--memory", "--faults", "default,seed=2")
        #expect(faulty.digest == byValue.digest)
    }

    @Test(
        "tls runs real processes to the same digest and the predicted bytes, killed or not",
        arguments: [false, true]
    )
    func tls(kills: Bool) throws {
        let framed = try run("framed", "--transport", "framed", "--memory")
        let tls = kills ? try run("tls", "--transport", "tls", "--kill") : try run("tls", "--transport", "tls")
        #expect(tls.digest == framed.digest)
        #expect(tls.transport == "tls")
        let wire = try #require(tls.wire)
        #expect(wire.counted == framed.wire?.counted)
        #expect(tls.clientRestartCount == (kills ? 2 : 0))
        #expect(tls.restartCount == (kills ? 1 : 0))
        if !kills {
            #expect(wire.up.training == framed.wire?.up.training)
            #expect(wire.down.training == framed.wire?.down.training)
            #expect(wire.up.repeated == 0 && wire.down.repeated == 0)
        }
        #expect((wire.tls?.up ?? 0) > 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("tls"))
        for name in ["metrics.jsonl", "model.safetensors", "participation.jsonl", "result.json", "state"] {
            #expect(names.contains(name))
        }
    }

    private static let noised = """

        strategy: {name: fedavg, weighting: uniform}
        update: {width: 16, clip: {l2: 1}}
        privacy: {mechanism: gaussian, placement: local, multiplier: 0.5, source: insecure-seeded}
        """

    private func ledgerDigest(_ name: String) throws -> String {
        let verified = try Command.run("ledger", "verify", "--state-dir", folder.file(name) + "/state")
        #expect(verified.status == 0, "\(verified.errors)")
        return String(verified.output.split(separator: " ").last ?? "")
    }

    @Test("tls with seeded noise gives the model and the ledger of values and frames, killed or not")
    func seededNoise() throws {
        _ = try folder.write(scenario + Self.noised, to: "six.yaml")
        let byValue = try run("values")
        #expect(try run("framed", "--transport", "framed").digest == byValue.digest)
        #expect(try run("tls", "--transport", "tls").digest == byValue.digest)
        #expect(try run("killed", "--transport", "tls", "--kill").digest == byValue.digest)
        let ledger = try ledgerDigest("values")
        for name in ["framed", "tls", "killed"] { #expect(try ledgerDigest(name) == ledger) }
        let export = try Command.run("ledger", "export", "--state-dir", folder.file("killed") + "/state").output
        for line in export.split(separator: "\n") {
            #expect(line.contains("seeded noise gives no privacy"), "\(line)")
        }
        let shown = try Command.run("ledger", "show", "--state-dir", folder.file("tls") + "/state").output
        #expect(shown.contains("nobody is protected") && shown.contains("this protects nothing"), "\(shown)")
    }

    @Test("a budget ends a run over tls after the round at which it ends the simulated ones")
    func budget() throws {
        // One round costs rho = 8, which is an epsilon of 29.7.
        let text = scenario + Self.noised.replacingOccurrences(of: "source:", with: "max-epsilon: 40, source:")
        _ = try folder.write(text, to: "six.yaml")
        let byValue = try run("values")
        #expect(byValue.stopped?.contains("clients and 0 have privacy budget left") == true, "\(byValue.stopped ?? "")")
        let tls = try run("tls", "--transport", "tls")
        #expect(tls.stopped == byValue.stopped)
        #expect(tls.digest == byValue.digest)
        #expect(try ledgerDigest("tls") == ledgerDigest("values"))
    }

    @Test("tls with noise from the system runs to the end, and each device charged at least what the coordinator did")
    func systemNoise() throws {
        let text = scenario + Self.noised.replacingOccurrences(of: "insecure-seeded", with: "system")
        _ = try folder.write(text, to: "six.yaml")
        _ = try run("tls", "--transport", "tls")
        let out = folder.file("tls")
        var devices: [String] = []
        for client in 0..<6 {
            let name = "client-0000\(client)"
            let ledger = try Command.finish(
                Command.launch(
                    ["ledger", "--config", out + "/processes/\(name).conf", "--json"],
                    program: Command.path + "-client"
                )
            )
            #expect(ledger.status == 0, "\(ledger.errors)")
            devices.append(name + "=" + (try folder.write(ledger.output, to: name)))
        }
        func compare(_ devices: [String]) throws -> Command.Outcome {
            try Command.finish(Command.launch(["ledger", "compare", "--state-dir", out + "/state"] + devices))
        }
        let holds = try compare(devices)
        #expect(holds.status == 0, "\(holds.errors)")
        #expect(holds.output.contains("each device charged itself at least"), "\(holds.output)")
        #expect(
            try JSONSerialization.jsonObject(with: Data(compare(devices + ["--json"]).output.utf8)) is [String: Any]
        )
        // Ledgers that are not this device's, or not what it wrote.
        let record = String(devices[0].drop { $0 != "=" }.dropFirst())
        let honest = try String(contentsOfFile: record, encoding: .utf8)
        func verdict(_ text: String, of client: String = "client-00000") throws -> (Int32, String) {
            try text.write(toFile: record, atomically: true, encoding: .utf8)
            let outcome = try compare([client + "=" + record])
            let line = outcome.output.split(separator: "\n").last.map(String.init) ?? outcome.errors
            return (outcome.status, line)
        }
        func changed(_ pattern: Regex<Substring>, _ text: String) throws -> String {
            let field = try #require(honest.firstRange(of: pattern))
            return honest.replacingCharacters(in: field, with: text)
        }
        let lines = honest.split(separator: "\n").map(String.init)
        let charges = lines.filter { $0.contains("\"event\":\"charge\"") }
        #expect(!charges.isEmpty)
        for text in [
            try changed(#/"rho":"[^"]*"/#, "\"rho\":\"0.5\""), try changed(#/"rho":"[^"]*"/#, "\"rho\":\"nan\""),
            try changed(#/"noised":[0-9]+/#, "\"noised\":0"), try changed(#/"trusting":0/#, "\"trusting\":1"),
            try changed(#/"unknown":0/#, "\"unknown\":5"), try changed(#/"entry":"00/#, "\"entry\":\"01"),
            lines.filter { $0 != charges[0] }.joined(separator: "\n"),
            lines.map { $0 == charges[0] ? $0 + "\n" + $0 : $0 }.joined(separator: "\n"),
        ] {
            let (status, line) = try verdict(text)
            #expect(status == 65 && line.hasSuffix("CHANGED"), "\(line)")
        }
        for client in ["client-00001", "1"] {
            let (status, line) = try verdict(honest, of: client)
            #expect(status == 65 && line.hasSuffix("OTHER CLIENT"), "\(line)")
        }
        for client in ["99", "6", "nobody", "-1"] { #expect(try verdict(honest, of: client).0 == 64) }
        #expect(try verdict("").0 == 65)
        #expect(try verdict("{}").0 == 65)
        #expect(try compare(["client-00001=/no/file"]).status == 66)
        #expect(try compare(["client-00001=/dev/null"]).errors.contains("got an empty file"))
        // A device that was made anew has a chain of its own, and charged none of this.
        let empty = try emptied(out, "client-00000")
        #expect(try verdict(empty.fresh).1.hasSuffix("LESS"))
        // One that knows that it lost updates says so.
        #expect(try verdict(empty.restored).1.hasSuffix("UNKNOWN"))
        let shown = try Command.run("ledger", "show", "--state-dir", out + "/state").output
        #expect(shown.contains("each client, against coordinator, model reader"), "\(shown)")
        #expect(shown.contains("protects practically nothing"), "\(shown)")
    }

    @Test(
        "devices that trust sums alone charged each model that they count in",
        arguments: ["placement: distributed, mechanism: skellam", "placement: central, mechanism: gaussian"]
    )
    func trustedSums(noise: String) throws {
        let text =
            scenario
            + Self.noised.replacingOccurrences(of: "mechanism: gaussian, placement: local", with: noise)
            .replacingOccurrences(of: "insecure-seeded", with: "system")
        _ = try folder.write(text, to: "six.yaml")
        let policy = try folder.write("[policy]\ntrust-coordinator = sum-only\n", to: "policy.conf")
        let client = try folder.write(
            "#!/bin/sh\nexec '\(Command.path)-client' \"$@\" --set 'policy.file=\(policy)'\n",
            to: "client"
        )
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: client)
        _ = try run("tls", "--transport", "tls", "--client", client)
        let out = folder.file("tls")
        let ledger = try Command.finish(
            Command.launch(
                ["ledger", "--config", out + "/processes/client-00002.conf", "--json"],
                program: Command.path + "-client"
            )
        ).output
        #expect(ledger.contains("against readers of the model only"))
        func compare(_ ledger: String) throws -> Command.Outcome {
            let file = try folder.write(ledger, to: "device")
            return try Command.run("ledger", "compare", "--state-dir", out + "/state", "client-00002=" + file)
        }
        #expect(try compare(ledger).status == 0)
        #expect(try compare(try emptied(out, "client-00002").fresh).output.contains("LESS"))
    }

    /// What a client's own program says of a folder without its ledger and journal, and of one without its ledger.
    private func emptied(_ out: String, _ name: String) throws -> (fresh: String, restored: String) {
        let configuration = out + "/processes/\(name).conf"
        let text = try String(contentsOfFile: configuration, encoding: .utf8)
        let field = try #require(text.firstMatch(of: #/(?m)^folder *= *(.*)$/#))
        let state = URL(fileURLWithPath: String(field.1), relativeTo: URL(fileURLWithPath: out + "/processes/")).path
        func ledger() throws -> String {
            // It opens its state, finds nobody to talk to, and ends.
            let options = ["--config", configuration, "--set", "coordinator.address=127.0.0.1:1"]
            _ = try Command.finish(Command.launch(["run", "--once"] + options, program: Command.path + "-client"))
            return try Command.finish(
                Command.launch(["ledger", "--config", configuration, "--json"], program: Command.path + "-client")
            ).output
        }
        try FileManager.default.removeItem(atPath: state + "/ledger")
        let restored = try ledger()
        try FileManager.default.removeItem(atPath: state + "/ledger")
        try FileManager.default.removeItem(atPath: state + "/journal")
        return (try ledger(), restored)
    }

    @Test("options that do not go together, and more clients than processes, end with 64")
    func usage() throws {
        for options in [
            ["--transport", "tcp"], ["--transport", "tls", "--memory"], ["--transport", "tls", "--faults", "default"],
            ["--kill"], ["--transport", "framed", "--client", "x"], ["--transport", "tls", "--client", "/no/program"],
        ] {
            let launched = try Command.launch(["simulate", file, "--out", folder.file("no")] + options)
            let run = try Command.finish(launched)
            #expect(run.status == 64, "\(options): \(run.errors)")
        }
        let many = try Command.launch(
            ["simulate", file, "--out", folder.file("no"), "--transport", "tls", "--set", "partition.clients=300"]
        )
        let run = try Command.finish(many)
        #expect(run.status == 64)
        #expect(run.errors.contains("at most 256") && run.errors.contains("--transport framed"), "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("no")))
    }
}
