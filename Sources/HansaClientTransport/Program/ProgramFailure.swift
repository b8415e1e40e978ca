/// Why the program ends before its work: a message for people and an exit status.
struct ProgramFailure: Error {
    var status: ExitStatus
    var message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    init(_ error: ConnectionError) {
        switch error {
        case .keyIsReadable, .certificateOutOfTime: self.init(.noPermission, error.message)
        case .missingFile: self.init(.noInput, error.message)
        case .identity: self.init(.configuration, error.message)
        default: self.init(.system, error.message)
        }
    }

    init(_ error: StateError) {
        switch error {
        case .inUse: self.init(.temporary, error.message)
        case .isReadable: self.init(.noPermission, error.message)
        case .damagedLedger: self.init(.data, error.message)
        case .system: self.init(.inputOutput, error.message)
        }
    }
}
