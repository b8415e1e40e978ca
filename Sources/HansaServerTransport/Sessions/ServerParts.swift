import HansaCoordinator
import HansaServerWire
import Logging

/// What every connection of a server is given.
struct ServerParts: Sendable {
    let service: CoordinatorService
    let spool: any UploadSpool
    let registry: SessionRegistry
    let roster: ClientRoster
    let limits: ServerLimits
    let session: ServerSession.Configuration
    let logger: Logger
}
