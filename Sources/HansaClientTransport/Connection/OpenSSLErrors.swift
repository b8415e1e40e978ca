import COpenSSL

/// libssl's error queue of this thread.
enum OpenSSLErrors {
    /// The words of the oldest error; the queue is empty afterwards.
    static func takeWords() -> String {
        let code = ERR_peek_error()
        defer { ERR_clear_error() }
        guard code != 0, let words = ERR_reason_error_string(code) else { return "no reason given" }
        return String(cString: words)
    }

    /// Whether the oldest error is an end of the stream that TLS did not announce.
    static var isUnexpectedEnd: Bool {
        let code = ERR_peek_error()
        return code != 0 && hansa_ssl_error_reason(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING
    }

    /// Whether the oldest error is an alert that the other side sent; libssl numbers them from 1000.
    static var isAlert: Bool {
        let code = ERR_peek_error()
        return code != 0 && hansa_ssl_error_reason(code) >= SSL_AD_REASON_OFFSET
    }
}
