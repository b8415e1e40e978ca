import Foundation

/// Throwaway certificates in a folder that goes with the object, made by the `openssl` command.
///
/// The authority `ca`, the coordinator's `coordinator`, and one for each client; all with one key, which is enough here.
final class TestCertificates: Sendable {
    struct Failure: Error { let arguments: [String] }

    let folder: String

    init(clients: [String]) throws {
        folder = NSTemporaryDirectory() + "/hansa-certificates-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try openssl("ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", key)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        try authority("ca")
        try issue("coordinator", names: "DNS:coordinator,IP:127.0.0.1")
        for client in clients { try issue(client) }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var key: String { folder + "/all.key" }

    func path(_ name: String) -> String { "\(folder)/\(name).pem" }

    /// Makes another authority.
    func authority(_ name: String) throws {
        try openssl("req", "-x509", "-new", "-key", key, "-subj", "/CN=\(name)", "-days", "2", "-out", path(name))
    }

    /// Issues a certificate whose one DNS name is its own; with `days` below 0 it has expired.
    func issue(_ name: String, names: String? = nil, by authority: String = "ca", days: Int = 2) throws {
        let request = "\(folder)/\(name).csr"
        let alternative = "subjectAltName=" + (names ?? "DNS:\(name)")
        try openssl("req", "-new", "-key", key, "-subj", "/CN=\(name)", "-addext", alternative, "-out", request)
        try openssl(
            "x509",
            "-req",
            "-in",
            request,
            "-CA",
            path(authority),
            "-CAkey",
            key,
            "-copy_extensions",
            "copy",
            "-days",
            "\(days)",
            "-out",
            path(name)
        )
    }

    private func openssl(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(arguments: arguments) }
    }
}
