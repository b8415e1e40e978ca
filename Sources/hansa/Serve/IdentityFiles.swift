import Foundation
import HansaServerTransport
import HansaSimulation

/// The first look at the files of the coordinator's identity, before any state is made; the server reads them.
enum IdentityFiles {
    static func check(_ tls: CoordinatorConfiguration.TLS) throws(ServerError) {
        for path in [tls.certificate, tls.key, tls.clients] where access(path, R_OK) != 0 {
            throw .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        var status = stat()
        guard stat(tls.key, &status) == 0 else {
            throw .unreadable(path: tls.key, reason: String(cString: strerror(errno)))
        }
        let mode = status.st_mode & 0o777
        guard mode & 0o077 == 0 else { throw .keyReadableByOthers(path: tls.key, mode: mode) }
    }
}

extension CommandFailure {
    /// Why a coordinator's server cannot start.
    init(_ error: ServerError) {
        let status: Status =
            switch error {
            case .unreadable: .noInput
            case .keyReadableByOthers: .permission
            case .malformed, .unusableIdentity, .invalidRoster, .invalidLimit: .configuration
            case .notListening: .unavailable
            }
        self.init(status, error.description + ".")
    }
}
