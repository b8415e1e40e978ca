import HansaServerTransport
import HansaSimulation

extension CommandFailure {
    /// Why a coordinator's server cannot start.
    init(_ error: ServerError) {
        let status: Status =
            switch error {
            case .unreadable: .noInput
            case .keyReadableByOthers: .permission
            case .malformed, .keyDoesNotFit, .unusableIdentity, .invalidRoster, .invalidLimit: .configuration
            case .notListening: .unavailable
            }
        self.init(status, error.description + ".")
    }
}
