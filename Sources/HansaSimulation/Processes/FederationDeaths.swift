/// The processes that a run kills on purpose, by their own test hooks, to show that nothing depends on their lives.
public struct FederationDeaths: Hashable, Sendable {
    /// The coordinator dies right after the n-th durable update of a round.
    private var coordinator: [Receipt] = []
    /// Clients that die once, in that round or the first later one that they are part of, after an update is durable and
    /// before it is sent.
    private var clients: [Int: UInt32] = [:]

    private struct Receipt: Hashable, Sendable {
        let round: UInt32
        let count: Int
    }

    /// Nobody dies.
    public static let none = Self()

    /// The coordinator twice and three clients, in early rounds of the run.
    ///
    /// - Parameter cohorts: who takes part in each round, by an undisturbed run of the same scenario.
    public static func demonstration(cohorts: [[UInt32]]) -> Self {
        var deaths = Self()
        for (round, count) in [(4, 3), (9, 7)] where round <= cohorts.count && count < cohorts[round - 1].count {
            deaths.coordinator.append(Receipt(round: UInt32(round), count: count))
        }
        for (index, cohort) in cohorts.enumerated().dropFirst(2) where deaths.clients.count < 3 {
            // One a round, each another client.
            if let client = cohort.first(where: { deaths.clients[Int($0)] == nil }) {
                deaths.clients[Int(client)] = UInt32(index + 1)
            }
        }
        return deaths
    }

    /// How often processes die.
    var coordinatorCount: Int { coordinator.count }
    var clientCount: Int { clients.count }

    var coordinatorEnvironment: [String: String] {
        guard !coordinator.isEmpty else { return [:] }
        let text = coordinator.map { "\($0.round):\($0.count)" }.joined(separator: ",")
        return ["HANSA_TEST_DIE_AT_RECEIPT": text]
    }

    func clientEnvironment(_ client: Int) -> [String: String] {
        clients[client].map { ["HANSA_TEST_DIE_BETWEEN_RECORD_AND_SEND": "\($0)"] } ?? [:]
    }
}
