import Foundation
import Glibc
import Synchronization

/// A file server on the loopback interface that misbehaves as told; it answers one request a connection.
final class LoopbackServer: Sendable {
    /// What the server does with a request.
    enum Behaviour: Sendable {
        /// Serves whole files and ranges.
        case sound
        /// Serves whole files, whatever range is asked for.
        case withoutRange
        /// Breaks the first connection off after so many bytes, then is sound.
        case cutOnce(Int)
        /// Serves other bytes of the same length.
        case wrongBytes
        /// Sends more than the file has.
        case tooMany
        /// Answers with this status.
        case status(Int)
        /// Sends so many bytes, then holds the connection open.
        case stall(Int)
    }

    private struct State {
        var requests = 0
        var ranges: [String] = []
    }

    private let content: [UInt8]
    private let behaviour: Behaviour
    private let listener: Int32
    private let state = Mutex(State())
    let port: UInt16

    /// The `Range` headers seen, empty where a request had none.
    var ranges: [String] { state.withLock { $0.ranges } }

    init(content: [UInt8], behaviour: Behaviour) {
        self.content = content
        self.behaviour = behaviour
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(listener, $0, length)
                _ = getsockname(listener, $0, &length)
            }
        }
        listen(listener, 8)
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in serve() }
    }

    /// Ends the accept loop; the thread lets go of the server.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    deinit { close(listener) }

    private func serve() {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { return }
            answer(connection)
        }
    }

    private func answer(_ connection: Int32) {
        var request = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !request.contains("\r\n\r\n") {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            request += String(decoding: buffer[..<count], as: UTF8.self)
        }
        let range = request.components(separatedBy: "\r\n").first { $0.lowercased().hasPrefix("range: ") }
        let number = state.withLock { state in
            state.requests += 1
            state.ranges.append(range.map { String($0.dropFirst(7)) } ?? "")
            return state.requests
        }
        let start = range.flatMap { Int($0.drop { $0 != "=" }.dropFirst().prefix { $0 != "-" }) } ?? 0
        var body = Array(content[min(start, content.count)...])
        var head =
            start > 0
            ? "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes \(start)-\(content.count - 1)/\(content.count)"
            : "HTTP/1.1 200 OK"
        var sent = body.count
        var holds = false
        switch behaviour {
        case .sound: break
        case .withoutRange:
            head = "HTTP/1.1 200 OK"
            body = content
            sent = body.count
        case .cutOnce(let count): if number == 1 { sent = count }
        case .wrongBytes:
            body = body.map { $0 ^ 1 }
        case .tooMany:
            body += body
            sent = body.count
        case .status(let status):
            head = "HTTP/1.1 \(status) No"
            body = []
            sent = 0
        case .stall(let count):
            sent = count
            holds = true
        }
        let text = head + "\r\nContent-Length: \(body.count)\r\nConnection: close\r\n\r\n"
        send(Array(text.utf8) + body[..<sent], to: connection)
        if holds {
            // The peer's end of the connection wakes this thread.
            _ = recv(connection, &buffer, buffer.count, 0)
        }
        close(connection)
    }

    private func send(_ bytes: [UInt8], to connection: Int32) {
        var position = 0
        while position < bytes.count {
            let count = bytes.withUnsafeBytes { source in
                Glibc.send(
                    connection,
                    source.baseAddress.map { $0 + position },
                    bytes.count - position,
                    Int32(MSG_NOSIGNAL)
                )
            }
            guard count > 0 else { return }
            position += count
        }
    }
}
