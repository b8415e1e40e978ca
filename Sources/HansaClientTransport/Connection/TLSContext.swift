import COpenSSL
import CPosix
import HansaNumerics

/// A client's TLS identity, read from its files once: TLS 1.3 and nothing older, no session reuse, no key log.
public struct TLSContext: ~Copyable {
    /// What one read from the socket may bring.
    static let readAheadByteCount = 65_536

    let pointer: OpaquePointer
    let settings: TLSSettings

    /// Reads and checks the files; refuses a key that group or others can read.
    public init(_ settings: TLSSettings) throws(ConnectionError) {
        _ = try Self.status(of: settings.authorityPath, "authority's certificate")
        _ = try Self.status(of: settings.certificatePath, "client's certificate")
        try Self.checkKey(settings.keyPath)
        pointer = try Self.make(settings)
        self.settings = settings
    }

    deinit { SSL_CTX_free(pointer) }

    /// Refuses an own certificate whose time is over or has not come: the coordinator would.
    func checkTime() throws(ConnectionError) {
        guard let certificate = SSL_CTX_get0_certificate(pointer) else { return }
        let path = settings.certificatePath
        // Negative for a time that has passed, positive for one to come, 0 for one that cannot be read.
        guard X509_cmp_current_time(X509_get0_notBefore(certificate)) < 0 else {
            throw .certificateOutOfTime(path: path, isExpired: false)
        }
        guard X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0 else {
            throw .certificateOutOfTime(path: path, isExpired: true)
        }
    }

    private static func make(_ settings: TLSSettings) throws(ConnectionError) -> OpaquePointer {
        ERR_clear_error()
        guard let context = SSL_CTX_new(TLS_client_method()) else { throw .tls(OpenSSLErrors.takeWords()) }
        do throws(ConnectionError) {
            try configure(context, settings)
            return context
        } catch {
            SSL_CTX_free(context)
            throw error
        }
    }

    private static func configure(_ context: OpaquePointer, _ settings: TLSSettings) throws(ConnectionError) {
        hansa_ssl_context_write_in_parts(context)
        hansa_ssl_context_read_ahead(context, readAheadByteCount)
        hansa_ssl_context_no_sessions(context)
        guard hansa_ssl_context_set_minimum_version(context, TLS1_3_VERSION) == 1 else {
            throw .tls(OpenSSLErrors.takeWords())
        }
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        guard SSL_CTX_load_verify_locations(context, settings.authorityPath, nil) == 1 else {
            throw unusable("authority's certificate", settings.authorityPath)
        }
        guard SSL_CTX_use_certificate_chain_file(context, settings.certificatePath) == 1 else {
            throw unusable("client's certificate", settings.certificatePath)
        }
        guard SSL_CTX_use_PrivateKey_file(context, settings.keyPath, SSL_FILETYPE_PEM) == 1 else {
            // A key of another pair is found here already.
            throw unusable("client's private key", settings.keyPath)
        }
        guard SSL_CTX_check_private_key(context) == 1 else {
            ERR_clear_error()
            throw Self.identity("the key \(settings.keyPath) does not belong to \(settings.certificatePath)")
        }
    }

    private static func checkKey(_ path: String) throws(ConnectionError) {
        let status = try status(of: path, "client's private key")
        guard status.mode & 0o077 == 0 else { throw .keyIsReadable(path: path) }
    }

    private static func status(of path: String, _ what: String) throws(ConnectionError) -> hansa_file_status {
        var status = hansa_file_status()
        let error = hansa_file_status(path, &status)
        if error >= 0 { return status }
        guard SystemError(error) != .noSuchFile else { throw .missingFile(what: what, path: path) }
        throw Self.identity("the \(what) \(path) cannot be read: \(SystemError(error).words)")
    }

    private static func identity(_ text: PlainText) -> ConnectionError { .identity(text.string) }

    private static func unusable(_ what: String, _ path: String) -> ConnectionError {
        identity("the \(what) \(path) cannot be used, a PEM file was expected: \(OpenSSLErrors.takeWords())")
    }
}
