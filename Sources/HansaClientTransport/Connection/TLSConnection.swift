import COpenSSL
import CPosix
import HansaNumerics

/// One TLS connection to the coordinator on a non-blocking socket.
///
/// The loop calls ``shakeHands()`` until it is through, then ``read(into:)`` and ``write(_:)``; each returns at once and
/// says what to wait for. Ends with `deinit`.
struct TLSConnection: ~Copyable {
    /// How far a call got.
    enum Progress: Equatable {
        /// So many bytes were moved; 0 for a finished handshake.
        case done(Int)
        /// Nothing can move before the socket can be read.
        case wantsRead
        /// Nothing can move before the socket can be written.
        case wantsWrite
    }

    private let pointer: OpaquePointer
    let socket: Int32
    /// Whether the coordinator sent anything since the handshake: before that, an alert means a refused certificate.
    private var hasHeard = false

    /// Connects the socket; TLS has not said a word afterwards.
    init(_ context: borrowing TLSContext, timeoutMilliseconds: UInt32) throws(ConnectionError) {
        let settings = context.settings
        let socket = hansa_connect(settings.host, settings.port, timeoutMilliseconds)
        guard socket >= 0 else {
            if hansa_signal_received() != 0 { throw .interrupted }
            throw .unreachable(
                PlainText("\(settings.host):\(settings.port): \(SystemError(socket).words)").string
            )
        }
        do throws(ConnectionError) {
            pointer = try Self.make(context, socket: socket)
        } catch {
            hansa_close(socket)
            throw error
        }
        self.socket = socket
    }

    private static func make(
        _ context: borrowing TLSContext,
        socket: Int32
    ) throws(ConnectionError) -> OpaquePointer {
        ERR_clear_error()
        guard let pointer = SSL_new(context.pointer) else { throw .tls(OpenSSLErrors.takeWords()) }
        let name = context.settings.serverName
        guard SSL_set_fd(pointer, socket) == 1, SSL_set1_host(pointer, name) == 1,
            hansa_ssl_set_server_name(pointer, name) == 1
        else {
            SSL_free(pointer)
            throw .tls(OpenSSLErrors.takeWords())
        }
        return pointer
    }

    deinit {
        // The alert that says goodbye is sent if the socket takes it; nobody waits for an answer.
        if SSL_is_init_finished(pointer) == 1 { SSL_shutdown(pointer) }
        ERR_clear_error()
        SSL_free(pointer)
        hansa_close(socket)
    }

    /// Bytes on the socket so far, TLS's own included.
    var receivedByteCount: UInt64 { SSL_get_rbio(pointer).map { BIO_number_read($0) } ?? 0 }
    var sentByteCount: UInt64 { SSL_get_wbio(pointer).map { BIO_number_written($0) } ?? 0 }

    mutating func shakeHands() throws(ConnectionError) -> Progress {
        ERR_clear_error()
        let status = SSL_connect(pointer)
        guard status != 1 else { return .done(0) }
        return try progress(status, isHandshake: true)
    }

    /// Reads into the buffer; the other side's end is an error.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(ConnectionError) -> Progress {
        ERR_clear_error()
        var count = 0
        let status = SSL_read_ex(pointer, buffer.baseAddress, buffer.count, &count)
        guard status != 1 else {
            hasHeard = true
            return .done(count)
        }
        return try progress(status, isHandshake: false)
    }

    /// Writes from the front of the bytes, at least one of them there; what was not written comes again, at the front.
    mutating func write(_ bytes: UnsafeRawBufferPointer) throws(ConnectionError) -> Progress {
        ERR_clear_error()
        var count = 0
        let status = SSL_write_ex(pointer, bytes.baseAddress, bytes.count, &count)
        guard status != 1 else { return .done(count) }
        return try progress(status, isHandshake: false)
    }

    private func progress(_ status: Int32, isHandshake: Bool) throws(ConnectionError) -> Progress {
        let kind = SSL_get_error(pointer, status)
        switch kind {
        case SSL_ERROR_WANT_READ: return .wantsRead
        case SSL_ERROR_WANT_WRITE: return .wantsWrite
        case SSL_ERROR_ZERO_RETURN: throw hasHeard ? .closed("the coordinator closed it") : .closedAtOnce
        case SSL_ERROR_SYSCALL:
            // A coordinator that refuses a certificate may be gone before its alert was read.
            throw hasHeard ? .closed("the network or the coordinator's machine ended it") : .closedAtOnce
        default:
            let verification = SSL_get_verify_result(pointer)
            if isHandshake, verification != Int(X509_V_OK) {
                ERR_clear_error()
                throw .coordinatorNotTrusted(Self.words(ofVerification: verification))
            }
            if OpenSSLErrors.isUnexpectedEnd {
                ERR_clear_error()
                throw hasHeard ? .closed("the coordinator is gone without a word") : .closedAtOnce
            }
            let isAlert = OpenSSLErrors.isAlert
            let words = OpenSSLErrors.takeWords()
            // With TLS 1.3 the client is through with its handshake before the coordinator has looked at its
            // certificate, so a refusal comes with the first read.
            throw isAlert && !hasHeard && !isHandshake ? .certificateRefused(words) : .tls(words)
        }
    }

    private static func words(ofVerification result: Int) -> String {
        guard let words = X509_verify_cert_error_string(result) else { return "not verified" }
        return String(cString: words)
    }
}
