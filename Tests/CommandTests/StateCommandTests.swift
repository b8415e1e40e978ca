import Foundation
import Testing

@Suite("hansa verify and hansa ledger")
struct StateCommandTests {
    /// A finished run of two rounds with three clients; returns its result folder.
    private func finishedRun(in folder: TemporaryFolder) throws -> String {
        let scenario = try folder.write(
            """
            name: ledger
            run: 000102030405060708090a0b0c0d0e0f
            rounds: 2
            data: {name: digits}
            partition: {clients: 3}
            model: {hidden: []}
            round: {cohort: 2}
            """,
            to: "ledger.yaml"
        )
        let run = try Command.run("simulate", scenario, "--out", folder.file("result"), "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        return folder.file("result")
    }

    @Test("A good folder is found good, and every kind of damage ends with 65 and the file's name")
    func verify() throws {
        let folder = try TemporaryFolder()
        let result = try finishedRun(in: folder)
        let state = result + "/state"
        let good = try Command.run("verify", "--state-dir", state)
        #expect(good.status == 0, "\(good.errors)")
        #expect(good.output.hasPrefix("ok: run 000102030405060708090a0b0c0d0e0f, version 2"), "\(good.output)")
        #expect(good.output.contains("4 contributions, 4 counted"), "\(good.output)")
        let checkpoints = try FileManager.default.contentsOfDirectory(atPath: state + "/checkpoints")
        for name in checkpoints {
            let path = state + "/checkpoints/" + name
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            var damaged = bytes
            damaged[damaged.count / 2] ^= 1
            try damaged.write(to: URL(fileURLWithPath: path))
            let found = try Command.run("verify", "--state-dir", state)
            #expect(found.status == 65)
            #expect(found.errors.contains(name), "\(found.errors)")
            try FileManager.default.removeItem(atPath: path)
            #expect(try Command.run("verify", "--state-dir", state).status == 65)
            try bytes.write(to: URL(fileURLWithPath: path))
        }
        #expect(try Command.run("verify", "--state-dir", state).status == 0)
        let database = state + "/hansa.sqlite"
        let whole = try Data(contentsOf: URL(fileURLWithPath: database))
        try whole.prefix(whole.count - 512).write(to: URL(fileURLWithPath: database))
        #expect(try Command.run("verify", "--state-dir", state).status == 65)
        try Data().write(to: URL(fileURLWithPath: database))
        #expect(try Command.run("verify", "--state-dir", state).status == 65)
        try FileManager.default.removeItem(atPath: database)
        #expect(try Command.run("verify", "--state-dir", state).status == 65)
        #expect(!FileManager.default.fileExists(atPath: database))
        #expect(try Command.run("verify", "--state-dir", result + "/none").status == 65)
        #expect(try Command.run("verify").status == 64)
    }

    @Test("The ledger is exported line by line, the same each time")
    func ledger() throws {
        let folder = try TemporaryFolder()
        let result = try finishedRun(in: folder)
        let export = try Command.run("ledger", "export", "--kind", "contributions", "--state-dir", result + "/state")
        #expect(export.status == 0, "\(export.errors)")
        let lines = export.output.split(separator: "\n").map { String($0) }
        #expect(lines.count == 4)
        // Digests of payloads are functions of the run, so the whole line is compared but for them.
        let plain = try lines.map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
            let digest = try #require(object["payloadDigest"] as? String)
            #expect(digest.count == 64)
            return line.replacingOccurrences(of: digest, with: "…")
        }
        let record = try String(contentsOfFile: result + "/participation.jsonl", encoding: .utf8)
        let rounds = try record.split(separator: "\n").map { line in
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
        }
        var expected: [String] = []
        for round in 1...2 {
            for client in try #require(rounds[round - 1]["accepted"] as? [Int]) {
                expected.append(
                    #"{"assignment":"\#(round)/0/\#(client)/0","attempt":0,"client":\#(client),"payloadBytes":650,"#
                        + #""payloadDigest":"…","round":\#(round),"run":"000102030405060708090a0b0c0d0e0f","#
                        + #""verdict":"counted","version":\#(round)}"#
                )
            }
        }
        #expect(plain == expected)
        #expect(
            try Command.run("ledger", "export", "--kind", "contributions", "--state-dir", result + "/state").output
                == export.output
        )
        let participation = try Command.run(
            "ledger",
            "export",
            "--kind",
            "participation",
            "--state-dir",
            result + "/state"
        )
        #expect(participation.output == record)
        #expect(try Command.run("ledger", "export", "--kind", "sums", "--state-dir", result).status == 64)
    }
}
