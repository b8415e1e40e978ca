import Foundation

/// Certificates for one run on this machine, made by the command `openssl`: an authority, the coordinator's, and one for
/// each client.
///
/// The authority's key lies unprotected beside them: for tests and demonstrations only.
struct ThrowawayCertificates {
    let folder: String

    private static let curve = [
        "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-sha256", "-days", "7",
    ]

    init(folder: String) { self.folder = folder }

    var authority: String { folder + "/ca.pem" }
    func certificate(_ name: String) -> String { folder + "/\(name).pem" }
    func key(_ name: String) -> String { folder + "/\(name).key" }

    /// Makes the authority and the coordinator's certificate.
    func makeCoordinator() throws(CommandFailure) {
        try make(
            "ca",
            ["-addext", "basicConstraints=critical,CA:TRUE,pathlen:0", "-addext", "keyUsage=critical,keyCertSign"]
        )
        let names = "subjectAltName=DNS:coordinator,DNS:localhost,IP:127.0.0.1"
        try makeSigned("coordinator", usage: "serverAuth", names: names)
    }

    /// Makes a client's certificate, whose one DNS name is its identity.
    func makeClient(_ name: String) throws(CommandFailure) {
        try makeSigned(name, usage: "clientAuth", names: "subjectAltName=DNS:\(name)")
    }

    private func makeSigned(_ name: String, usage: String, names: String) throws(CommandFailure) {
        try make(
            name,
            [
                "-CA", authority, "-CAkey", key("ca"), "-addext", "basicConstraints=critical,CA:FALSE",
                "-addext", "keyUsage=critical,digitalSignature", "-addext", "extendedKeyUsage=\(usage)",
                "-addext", names,
            ]
        )
    }

    private func make(_ name: String, _ arguments: [String]) throws(CommandFailure) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["openssl", "req", "-x509"] + Self.curve
            + ["-subj", "/O=Hansa, for tests and demonstrations only/CN=\(name)"] + arguments
            + ["-keyout", key(name), "-out", certificate(name)]
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        do { try process.run() } catch {
            throw CommandFailure(.io, "the command openssl cannot be started: \(error.localizedDescription)")
        }
        let words = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw CommandFailure(
                .io,
                "the command openssl made no certificate for \(name): \(String(decoding: words.suffix(500), as: UTF8.self))"
                    + "Install openssl 3, or use --transport framed, which needs no certificates."
            )
        }
        // The umask may leave more open than a key may be.
        guard chmod(key(name), 0o600) == 0 else {
            throw CommandFailure(.io, "\(key(name)): its permissions cannot be set.")
        }
    }
}
