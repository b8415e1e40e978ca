import HansaClient
import HansaCore

/// Something that will happen at a virtual time; equal times happen in the order in which they were planned.
struct PendingEvent: Comparable {
    /// Boxed, because the heap moves events about.
    indirect enum Kind {
        /// A client's message reaches the coordinator.
        case request(ClientID, ClientRequest)
        /// The coordinator's answer reaches a client.
        case answer(ClientID, AgentInput)
        /// A client's training is done.
        case trainingDone(ClientID, job: UInt64)
        /// A client's timer, of one life of its process.
        case timer(ClientID, token: UInt32, life: UInt32)
        /// A client's process starts.
        case clientStarts(ClientID)
        /// The coordinator makes the updates that wait in its receiving batch durable.
        case batchDue
        /// The coordinator's process starts again.
        case coordinatorStarts
        /// A deadline of the coordinator's may have come.
        case deadline
    }

    let time: UInt64
    let sequence: UInt64
    let kind: Kind

    static func < (left: Self, right: Self) -> Bool { (left.time, left.sequence) < (right.time, right.sequence) }
    static func == (left: Self, right: Self) -> Bool { left.sequence == right.sequence }
}
