import COpenSSL
import Foundation
import Glibc
import Synchronization

/// A coordinator that says what a test's scripts say, one script a connection, on a thread of its own.
///
/// It listens on 127.0.0.1, ends after its last script or when nobody comes for 20 seconds, and tells what went wrong.
final class TLSPeer: Sendable {
    typealias Script = @Sendable (inout PeerConnection) throws -> Void

    struct Failure: Error, CustomStringConvertible {
        var description: String
        init(_ description: String) { self.description = description }
    }

    private static let patienceSeconds = 20

    let port: UInt16
    private let failures = Mutex<[String]>([])
    private let ended = DispatchSemaphore(value: 0)

    /// - Parameter authority: who signs clients it takes.
    init(authority: String? = nil, scripts: [Script]) throws {
        signal(SIGPIPE, SIG_IGN)
        let certificates = try TestCertificates.shared.get()
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                Glibc.bind(listener, generic, size) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, generic, &size) == 0
            }
        }
        guard bound else { throw Failure("no listener") }
        port = UInt16(bigEndian: address.sin_port)
        let paths = (
            authority ?? certificates.path("ca.pem"), certificates.path("coordinator.pem"),
            certificates.path("coordinator.key")
        )
        let thread = Thread { [self] in
            serve(listener, paths, scripts)
            close(listener)
            ended.signal()
        }
        thread.start()
    }

    /// Waits for the last script; what went wrong.
    func finish() -> [String] {
        ended.wait()
        return failures.withLock { $0 }
    }

    private func fail(_ text: String) { failures.withLock { $0.append(text) } }

    private func serve(_ listener: Int32, _ paths: (String, String, String), _ scripts: [Script]) {
        let context = SSL_CTX_new(TLS_server_method())
        defer { SSL_CTX_free(context) }
        SSL_CTX_load_verify_locations(context, paths.0, nil)
        SSL_CTX_use_certificate_chain_file(context, paths.1)
        SSL_CTX_use_PrivateKey_file(context, paths.2, SSL_FILETYPE_PEM)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        for (index, script) in scripts.enumerated() {
            var waiting = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, Int32(1_000 * Self.patienceSeconds)) == 1 else {
                return fail("connection \(index): nobody came")
            }
            let descriptor = accept(listener, nil, nil)
            var patience = timeval(tv_sec: Self.patienceSeconds, tv_usec: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
            let connection = SSL_new(context)
            SSL_set_fd(connection, descriptor)
            do {
                var peer = PeerConnection(ssl: connection, isGreeted: SSL_accept(connection) == 1)
                try script(&peer)
            } catch {
                fail("connection \(index): \(error)")
            }
            SSL_free(connection)
            close(descriptor)
        }
    }
}
