public import HansaCore
public import HansaPrivacy

/// Who was in which release: what a run has cost, and what it has cost each client.
///
/// A client that was not asked pays nothing for a round, which is no amplification: it says what is known to whoever knows
/// the cohorts. The run's own number composes every release, and bounds a client that was in all of them.
public struct ParticipantAccounts: Sendable {
    /// Every release.
    public private(set) var run = RenyiAccountant()
    /// The releases that each client was in.
    public private(set) var clients: [ClientID: PrivacySpending] = [:]

    public init() {}

    /// Adds one release and those whose contributions were in it.
    ///
    /// A refused event adds nothing.
    public mutating func add(_ event: PrivacyEvent, participants: some Sequence<ClientID>) throws(PrivacyError) {
        let cost = try event.cost()
        try run.add(event)
        for client in Set(participants) { clients[client, default: PrivacySpending()].add(cost) }
    }

    /// ε of one client's own releases; 0 for a client that was in none.
    public func epsilon(of client: ClientID, delta: Double) -> Double {
        clients[client]?.epsilon(delta: delta) ?? 0
    }

    /// The ε of the client that has spent the most.
    public func largestClientEpsilon(delta: Double) -> Double {
        clients.values.reduce(0) { max($0, $1.epsilon(delta: delta)) }
    }
}
