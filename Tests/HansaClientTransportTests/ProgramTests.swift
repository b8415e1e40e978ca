import COpenSSL
import Foundation
import HansaClient
import HansaCore
import HansaNumerics
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
        func status(
            _ command: String,
            ca: String = "ca.pem",
            certificate: String = "client-3.pem",
            key: String = "client-3.key",
            extra: String = ""
        ) throws -> Int32 {
            let text = """
                [coordinator]
                address = 127.0.0.1:1
                server-name = coordinator
                ca = \(certificates.path(ca))
                [identity]
                certificate = \(certificates.path(certificate))
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
        #expect(try status("check", ca: "none.pem") == 66)
        #expect(try status("check", certificate: "none.pem") == 66)
        #expect(try status("check", key: "none.key") == 66)
        #expect(try status("check", ca: "client-3.key") == 78)
        // No run was begun.
        #expect(try status("status") == 0)
        try folder.write([], to: "state")
        #expect(try status("status") == 74)
        try folder.write([0, 1, 2], to: "absent.npy")
        #expect(try status("check") == 65)
        let readable = certificates.path("readable.key")
        try Data(contentsOf: URL(filePath: certificates.path("client-3.key"))).write(to: URL(filePath: readable))
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: readable)
        #expect(try status("check", key: "readable.key") == 77)
    }

    @Test func ledgersAndPlansAreJudgedFromFiles() throws {
        let folder = try TemporaryFolder()
        let text = """
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
            """
        try folder.write(Array(text.utf8), to: "client.conf")
        let config = ["--config", folder.path + "/client.conf"]
        func ledger() -> Int32 { ClientProgram.run(["ledger", "--json"] + config) }
        func check(_ policy: String, _ extra: [String] = []) throws -> Int32 {
            try folder.write(Array("[policy]\n\(policy)".utf8), to: "policy.conf")
            return ClientProgram.run(["policy", "check", folder.path + "/plan"] + config + extra)
        }
        let work = try LoopWork()
        #expect(try check("") == 66)
        try folder.write([1, 2, 3], to: "plan")
        #expect(try check("") == 65)
        #expect(ledger() == 0)
        let hexadecimal = work.assignment.plan.canonicalBytes.map { String(format: "%02x", $0) }.joined() + "\n"
        for plan in [work.assignment.plan.canonicalBytes, Array(hexadecimal.utf8)] {
            try folder.write(plan, to: "plan")
            #expect(try check("") == 0)
            #expect(try check("max-epsilon = 8") == 77)
            #expect(try check("accept-no-noise = no", ["--json"]) == 77)
        }
        try folder.write(work.schema.canonicalBytes, to: "schema")
        #expect(try check("max-model-bytes = 9", ["--schema", folder.path + "/schema"]) == 77)
        try folder.write([9], to: "schema")
        #expect(try check("", ["--schema", folder.path + "/schema"]) == 65)
        // What is spent counts.
        try LedgerWork.answer(1...3, in: folder.path + "/state")
        #expect(try check("max-rounds = 3") == 77)
        #expect(ledger() == 0)
        var bytes = try folder.bytes(of: "state/ledger")
        bytes[bytes.count / 2] ^= 1
        try folder.write(bytes, to: "state/ledger")
        #expect(ledger() == 65)
        #expect(try check("") == 65)
        #expect(ClientProgram.run(["policy", "check"]) == 64)
        #expect(ClientProgram.run(["policy", "plan"] + config) == 64)
    }

    @Test func helpNamesEveryKeyOfThePolicy() {
        let help = HelpText.of(.policy)
        for key in ClientPolicy.layout[0].keys { #expect(help.contains(key), "\(key)") }
    }

    @Test func aStatusBeforeTheFirstRunSaysSo() throws {
        let folder = try TemporaryFolder()
        let status = try StateStatus(path: folder.path + "/none")
        #expect(status.text.string.hasPrefix("nothing was begun yet"))
        #expect(status.json.text == #"{"event":"status","run":"","accepted":0,"refused":0,"waiting":0,"aside":0}"#)
        #expect(try StateStatus(path: folder.path).text.string.hasPrefix("run         none yet"))
    }

    @Test func aCertificateOutOfItsTimeIsReported() throws {
        let certificates = try TestCertificates.shared.get()
        let settings = certificates.settings(port: 1)
        let context = try TLSContext(settings)
        func problem() -> ConnectionError? {
            do throws(ConnectionError) {
                try context.checkTime()
                return nil
            } catch {
                return error
            }
        }
        #expect(problem() == nil)
        // Another time in memory, where the signature is not looked at.
        let certificate = try #require(SSL_CTX_get0_certificate(context.pointer))
        X509_gmtime_adj(X509_getm_notBefore(certificate), 3_600)
        let early = ConnectionError.certificateOutOfTime(path: settings.certificatePath, isExpired: false)
        #expect(problem() == early)
        X509_gmtime_adj(X509_getm_notBefore(certificate), -7_200)
        X509_gmtime_adj(X509_getm_notAfter(certificate), -3_600)
        #expect(problem() == .certificateOutOfTime(path: settings.certificatePath, isExpired: true))
        #expect(ProgramFailure(early).status == .noPermission)
    }

    @Test func helpNamesEverySectionAndKey() {
        let help = HelpText.of(.run)
        for section in ClientConfiguration.layout {
            #expect(help.contains(section.name))
            // A test trainer's key is nobody's business.
            for key in section.keys where key != "thirty-seconds" { #expect(help.contains(key), "\(key)") }
        }
    }

    @Test func textInEventsIsEscaped() {
        var object = JSONObject(event: "a\"b\\c\n")
        object.add("n", UInt32.max)
        #expect(object.text == #"{"event":"a\"b\\c\u000a","n":4294967295}"#)
    }
}
