#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

/* OpenSSL's macros are invisible to Swift: one function for each that is used. */

static inline int hansa_ssl_context_set_minimum_version(SSL_CTX *context, int version) {
    return (int)SSL_CTX_set_min_proto_version(context, version);
}

static inline int hansa_ssl_set_server_name(SSL *connection, const char *name) {
    return (int)SSL_set_tlsext_host_name(connection, (void *)name);
}

/* A write may end after a whole record, and may go on from a buffer that has moved. */
static inline void hansa_ssl_context_write_in_parts(SSL_CTX *context) {
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

/* Reads several records from the socket at a time. */
static inline void hansa_ssl_context_read_ahead(SSL_CTX *context, size_t byte_count) {
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_default_read_buffer_len(context, byte_count);
}

/* No session is kept or resumed: every connection shows its certificate. */
static inline void hansa_ssl_context_no_sessions(SSL_CTX *context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
}

/* The reason's number in an entry of the error queue. */
static inline int hansa_ssl_error_reason(unsigned long code) { return ERR_GET_REASON(code); }
