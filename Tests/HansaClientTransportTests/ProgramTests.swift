import Foundation
import Testing

@testable import HansaClientTransport

/// The command line of `hansa-client`.
@Suite struct ProgramTests {
    @Test func argumentsAreRead() throws {
        var options = ClientArguments.Options()
        options.configurationPath = "c.conf"
        options.overrides = ["a.b=c", "d.e=f"]
        options.isOnce = true
        options.writesJSON = true
        #expect(
            try ClientArguments([
                "run", "--config", "c.conf", "--set", "a.b=c", "--once", "--json", "--set", "d.e=f",
            ]) == .run(options)
        )
        #expect(try ClientArguments(["--version"]) == .version)
        #expect(try ClientArguments(["--help"]) == .help(nil))
        #expect(try ClientArguments(["check", "--help"]) == .help(.check))
    }

    @Test func mistakesAreNamed() {
        #expect(throws: UsageError.noCommand) { try ClientArguments([]) }
        #expect(throws: UsageError.unknownCommand("walk")) { try ClientArguments(["walk"]) }
        #expect(throws: UsageError.missingValue("--config")) { try ClientArguments(["run", "--config"]) }
        #expect(throws: UsageError.noConfiguration(.status)) { try ClientArguments(["status"]) }
        #expect(throws: UsageError.unknownArgument("--once", .check)) {
            try ClientArguments(["check", "--config", "c", "--once"])
        }
    }

    @Test func eachFailureHasItsStatus() throws {
        let folder = try TemporaryFolder()
        let certificates = try TestCertificates.shared.get()
        func status(_ command: String, key: String = "client-3.key", extra: String = "") throws -> Int32 {
            let text = """
                [coordinator]
                address = 127.0.0.1:1
                server-name = coordinator
                ca = \(certificates.path("ca.pem"))
                [identity]
                certificate = \(certificates.path("client-3.pem"))
                key = \(certificates.path(key))
                [state]
                folder = state
                [data]
                features = absent.npy
                labels = absent.npy
                \(extra)
                """
            try folder.write(Array(text.utf8), to: "client.conf")
            return ClientProgram.run([command, "--config", folder.path + "/client.conf"])
        }
        #expect(ClientProgram.run(["--version"]) == 0)
        #expect(ClientProgram.run(["walk"]) == 64)
        #expect(ClientProgram.run(["check", "--config", folder.path + "/none.conf"]) == 66)
        #expect(try status("check") == 66)
        #expect(try status("check", extra: "[nonsense]") == 78)
        #expect(try status("check", key: "coordinator.key") == 78)
        #expect(try status("status") == 74)
        try folder.write([0, 1, 2], to: "absent.npy")
        #expect(try status("check") == 65)
        let readable = certificates.path("readable.key")
        try Data(contentsOf: URL(filePath: certificates.path("client-3.key"))).write(to: URL(filePath: readable))
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: readable)
        #expect(try status("check", key: "readable.key") == 77)
    }

    @Test func textInEventsIsEscaped() {
        var object = JSONObject(event: "a\"b\\c\n")
        object.add("n", UInt32.max)
        #expect(object.text == #"{"event":"a\"b\\c\u000a","n":4294967295}"#)
    }
}
