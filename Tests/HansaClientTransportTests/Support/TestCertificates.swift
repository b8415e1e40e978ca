import Foundation
import HansaClientTransport
import Testing

/// Throwaway certificates of the package's own script, made once for each process of tests.
struct TestCertificates {
    static let shared = Result { try TestCertificates() }

    let folder: TemporaryFolder

    private init() throws {
        folder = try TemporaryFolder()
        let script = URL(filePath: #filePath).appending(path: "../../../../Scripts/make-certificates").standardized
        let process = Process()
        process.executableURL = script
        process.arguments = [folder.path, "client-3", "--quiet"]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "Scripts/make-certificates failed; is openssl installed?")
    }

    func path(_ name: String) -> String { folder.path + "/" + name }

    func settings(port: UInt16, serverName: String = "coordinator") -> TLSSettings {
        TLSSettings(
            host: "127.0.0.1",
            port: "\(port)",
            serverName: serverName,
            authorityPath: path("ca.pem"),
            certificatePath: path("client-3.pem"),
            keyPath: path("client-3.key")
        )
    }
}
