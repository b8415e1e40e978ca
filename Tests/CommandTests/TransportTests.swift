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
        // A device that says it gave away less than arrived.
        let record = String(devices[0].drop { $0 != "=" }.dropFirst())
        let honest = try String(contentsOfFile: record, encoding: .utf8)
        let field = try #require(honest.firstRange(of: #/"rho":"[^"]*"/#))
        try honest.replacingCharacters(in: field, with: "\"rho\":\"0.5\"")
            .write(toFile: record, atomically: true, encoding: .utf8)
        let broken = try compare(devices)
        #expect(broken.status == 65)
        #expect(broken.errors.contains("client-00000: got less"), "\(broken.errors)")
        #expect(broken.output.contains("LESS"))
        #expect(try compare(["nobody=" + record]).status == 64)
        #expect(try compare(["client-00001=/no/file"]).status == 66)
        let shown = try Command.run("ledger", "show", "--state-dir", out + "/state").output
        #expect(shown.contains("each client, against coordinator, model reader"), "\(shown)")
        #expect(shown.contains("protects practically nothing"), "\(shown)")
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
