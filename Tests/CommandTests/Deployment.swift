import Foundation
import Testing

/// The files of a coordinator and its clients on this machine, and the running programs of one test.
final class Deployment {
    static let clientNames = ["client-0", "client-1", "client-2"]

    /// Certificates that the tests of one process share.
    private static let sharedCertificates: Result<TemporaryFolder, any Error> = Result { () throws -> TemporaryFolder in
        let folder = try TemporaryFolder()
        let process = Process()
        process.executableURL = Command.packageFolder.appendingPathComponent("Scripts/make-certificates")
        process.arguments = ["--quiet", folder.path] + clientNames
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.fileNoSuchFile) }
        // What is static is never released, so the end of the process removes the folder.
        atexit { if let folder = try? Deployment.sharedCertificates.get() { folder.remove() } }
        return folder
    }

    /// The client's program lies beside the coordinator's.
    private static let clientPath = URL(fileURLWithPath: Command.path).deletingLastPathComponent()
        .appendingPathComponent("hansa-client").path

    let folder: TemporaryFolder
    let certificates: TemporaryFolder
    private var launched: [Command.Launched] = []

    init() throws {
        folder = try TemporaryFolder()
        certificates = try Self.sharedCertificates.get()
    }

    deinit {
        for program in launched where program.process.isRunning { kill(program.process.processIdentifier, SIGKILL) }
    }

    var state: String { folder.file("state") }

    /// A counting run of three clients.
    static let counting = "{exact-sum: {clients: 3, rounds: 4, width: 4}, allow-test-aggregators: yes}"

    /// Writes a coordinator's configuration.
    func configuration(run: String = counting, more: String = "") throws -> String {
        let files = certificates
        return try folder.write(
            """
            run: \(run)
            state: state
            tls: {certificate: \(files.file("coordinator.pem")), key: \(files.file("coordinator.key")), \
            clients: \(files.file("ca.pem"))}
            roster: [client-0, client-1, client-2]
            \(more)
            """,
            to: "coordinator.yaml"
        )
    }

    /// Starts a coordinator and waits for its ready line; returns its address.
    func serve(
        _ options: [String] = [],
        environment: [String: String] = [:]
    ) throws -> (program: Command.Launched, address: String) {
        let arguments = ["serve", "--config", folder.file("coordinator.yaml"), "--json"] + options
        let program = try Command.launch(arguments, environment: environment)
        launched.append(program)
        while program.process.isRunning {
            if let address = try Self.lines(program).first?["address"] as? String { return (program, address) }
            Thread.sleep(forTimeInterval: 0.005)
        }
        let outcome = try Command.finish(program)
        Issue.record("the coordinator ended with \(outcome.status): \(outcome.errors)")
        throw CocoaError(.fileNoSuchFile)
    }

    /// Starts a client's program; `trainer` is its sections beside the usual ones.
    func client(_ number: Int, address: String, trainer: String = "[trainer]\nkind = one-hot") throws
        -> Command.Launched
    {
        let name = Self.clientNames[number]
        let file = try folder.write(
            """
            [coordinator]
            address = \(address)
            server-name = coordinator
            ca = \(certificates.file("ca.pem"))
            [identity]
            certificate = \(certificates.file(name + ".pem"))
            key = \(certificates.file(name + ".key"))
            [state]
            folder = \(name)-state
            [retry]
            base-milliseconds = 20
            cap-milliseconds = 200
            \(trainer)
            """,
            to: name + ".conf"
        )
        let program = try Command.launch(["run", "--config", file], program: Self.clientPath)
        launched.append(program)
        return program
    }

    /// The JSON lines that a program printed so far.
    static func lines(_ program: Command.Launched) throws -> [[String: Any]] {
        try lines(String(contentsOfFile: program.folder.file("out"), encoding: .utf8))
    }

    /// The JSON objects of a text, a line each; an unfinished last line is left out.
    static func lines(_ text: String) throws -> [[String: Any]] {
        guard let end = text.lastIndex(of: "\n") else { return [] }
        return try text[..<end].split(separator: "\n").map { line in
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
        }
    }
}
