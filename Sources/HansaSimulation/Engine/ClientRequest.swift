import HansaClient
import HansaCore

/// What a client can ask of the coordinator.
enum ClientRequest {
    case work
    case model(Assignment)
    case submit(OutboxRecord)
    case withdraw(AssignmentID, RefusalReason)
}

extension ClientRequest {
    /// Whether it is a statement, and not a question that the client waits with.
    var isWithdrawal: Bool {
        if case .withdraw = self { true } else { false }
    }

    /// What it asks, without the bytes that it carries.
    var question: ClientQuestion {
        switch self {
        case .work: .work
        case .model(let assignment): .model(assignment.id)
        case .submit(let record): .submit(record.assignment)
        case .withdraw(let id, _): .withdraw(id)
        }
    }
}

/// What a client asks: two requests ask the same if these are equal.
///
/// A client remembers its last question for as long as a round takes, and a thousand clients must not keep a thousand
/// updates alive with it.
enum ClientQuestion: Equatable {
    case work
    case model(AssignmentID)
    case submit(AssignmentID)
    case withdraw(AssignmentID)
}
