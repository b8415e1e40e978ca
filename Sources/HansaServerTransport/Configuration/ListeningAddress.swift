import Glibc
import NIOCore

/// The address that a server listens on: whether it can be, and what the system's refusal means.
enum ListeningAddress {
    /// Refuses a host that has no address or not one of this machine; whether the port is free shows itself later.
    static func check(host: String, port: Int) throws(ServerError) {
        let name = "\(host):\(port)"
        let address: SocketAddress
        do {
            address = try SocketAddress.makeAddressResolvingHost(host, port: 0)
        } catch {
            throw failure(error, address: name)
        }
        let descriptor = socket(Int32(address.protocol.rawValue), Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw failure(errno: errno, address: name) }
        defer { close(descriptor) }
        let number: Int32 = address.withSockAddr { pointer, size in
            bind(descriptor, pointer, socklen_t(clamping: size)) == 0 ? 0 : errno
        }
        if number != 0 { throw failure(errno: number, address: name) }
    }

    /// What an attempt to listen failed with.
    static func failure(_ error: any Error, address: String) -> ServerError {
        if let error = error as? IOError { return failure(errno: error.errnoCode, address: address) }
        if error is SocketAddressError {
            return .notListening(
                address: address,
                reason: "the host's name has no address; expected one of this machine's, such as 127.0.0.1 or 0.0.0.0"
            )
        }
        return .notListening(address: address, reason: "\(error)")
    }

    private static func failure(errno number: Int32, address: String) -> ServerError {
        let reason =
            switch number {
            case EADDRINUSE:
                "another program listens there; stop it, or give another port with --listen (port 0 takes a free one)"
            case EADDRNOTAVAIL:
                "no interface of this machine has that address; expected one that does, such as 127.0.0.1 or 0.0.0.0"
            case EACCES: "this user may not take that port; expected one from 1024, or 0 for a free one"
            default: String(cString: strerror(number))
            }
        return .notListening(address: address, reason: reason)
    }
}
