import Glibc
import NIOCore
import NIOSSL

/// The coordinator's certificate and key, and the authority that its clients' certificates come from, as a TLS context.
enum ServerIdentity {
    /// Reads the files.
    ///
    /// TLS 1.3 at least; clients must show a certificate of the authority, whose name is looked up after the handshake.
    /// No early data, no renegotiation, and no key log whatever the environment says: NIOSSL has each of them only where
    /// a program asks for it.
    static func context(_ configuration: CoordinatorServer.Configuration) throws(ServerError) -> NIOSSLContext {
        let chain = try certificates(configuration.certificateChainPath)
        let authority = try certificates(configuration.clientAuthorityPath)
        let key = try privateKey(configuration.keyPath)
        var tls = TLSConfiguration.makeServerConfigurationWithMTLS(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key),
            trustRoots: .certificates(authority)
        )
        tls.minimumTLSVersion = .tlsv13
        tls.certificateVerification = .noHostnameVerification
        // How long a closed connection waits for the other side's closing alert.
        tls.shutdownTimeout = .milliseconds(500)
        do {
            return try NIOSSLContext(configuration: tls)
        } catch {
            // The key was read already; what is refused here is that it is not the certificate's.
            if case .failedToLoadPrivateKey? = error as? NIOSSLError {
                throw .keyDoesNotFit(key: configuration.keyPath, certificate: configuration.certificateChainPath)
            }
            throw .unusableIdentity(reason: "\(error)")
        }
    }

    private static func certificates(_ path: String) throws(ServerError) -> [NIOSSLCertificate] {
        try checkReadable(path)
        guard let certificates = try? NIOSSLCertificate.fromPEMFile(path), !certificates.isEmpty else {
            throw .malformed(path: path, expected: "certificates in PEM form")
        }
        return certificates
    }

    private static func privateKey(_ path: String) throws(ServerError) -> NIOSSLPrivateKey {
        try checkReadable(path)
        var status = stat()
        guard stat(path, &status) == 0 else { throw .unreadable(path: path, reason: reason()) }
        let mode = status.st_mode & 0o777
        guard mode & 0o077 == 0 else { throw .keyReadableByOthers(path: path, mode: mode) }
        guard let key = try? NIOSSLPrivateKey(file: path, format: .pem) else {
            throw .malformed(path: path, expected: "a private key in PEM form without a passphrase")
        }
        return key
    }

    private static func checkReadable(_ path: String) throws(ServerError) {
        guard access(path, R_OK) == 0 else { throw .unreadable(path: path, reason: reason()) }
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
