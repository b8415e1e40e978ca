import HansaCore

extension RefusalReason {
    /// What happened, for people; where something can be done about it, what.
    var explanation: String {
        switch self {
        case .unknownClient: "this client is not in the run's roster; ask the coordinator's operator to add its name"
        case .notSelected: "this client was not selected for the round"
        case .roundClosed: "the round was over before the update came"
        case .unknownAssignment: "the coordinator never handed this work to this client"
        case .staleFence: "the work was handed out anew in the meantime"
        case .planMismatch: "the update follows another plan than the coordinator's"
        case .conflictingUpdate: "another update already stands for this work; is the client running twice?"
        case .wrongByteCount: "the update has another length than the plan gives"
        case .digestMismatch: "the update's bytes are not those of its digest"
        case .outsideLattice: "a number of the update lies outside the plan's range"
        case .invalidWeight: "the declared sample count breaks the plan's rule"
        case .invalidFields: "the update declares other fields than the plan asks for"
        case .busy: "the coordinator cannot take updates now; it is asked again later"
        case .withdrawn: "this client withdrew from the work"
        case .policy: "this client's policy forbids the work"
        case .missingCapability: "this program cannot do what the plan requires; update it"
        case .modelMismatch: "this client's data do not fit the model; check [data]"
        case .trainingFailed: "local training failed"
        case .unsupportedVersion: "the two programs speak no common version of the protocol; update the older one"
        case .malformed: "a message could not be read"
        case .tooLarge: "a message was above its limit"
        case .wrongSession: "a message belonged to another session"
        case .unexpectedMessage: "a message came that the session does not allow now"
        case .unknownValue: "a message holds a value that the program does not know; update the older one"
        case .wrongOffset: "bytes came that do not continue the ones before"
        case .superseded: "a newer session of this client took its place; is the client running twice?"
        case .timeout: "the other side was silent for too long"
        case .shuttingDown: "the coordinator is about to stop"
        #if !hasFeature(Embedded)
        case .missingState:
            "this client lacks the state that the coordinator counts on; its state folder was lost or is another run's"
        #endif
        case .tooManySessions: "the coordinator has as many sessions as it takes"
        }
    }
}
