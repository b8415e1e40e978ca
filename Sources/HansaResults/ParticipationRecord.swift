/// Who took part in one attempt at a round, and what became of it: with the scenario and the seed, all that the model
/// depends on (DESIGN.md, "Determinism contract").
public struct ParticipationRecord: Codable, Hashable, Sendable {
    /// How an attempt at a round ended.
    public enum Outcome: Codable, Hashable, Sendable {
        /// The model moved to `version`, whose digest is `digest` (64 hexadecimal digits).
        case committed(version: UInt64, digest: String)
        /// The model is unchanged.
        case aborted(AbortReason)
    }

    /// Why a round was given up.
    public enum AbortReason: String, Codable, Hashable, Sendable {
        /// The deadline came before the quorum.
        case belowQuorum
        /// The aggregate was not finite, or the strategy refused it.
        case aggregateRefused
        /// The operator stopped it.
        case stopped
    }

    /// The round, from 1.
    public var round: UInt32
    /// The attempt at the round, from 0.
    public var attempt: UInt32
    /// How many clients were eligible: the roster is 0 ..< `population`.
    public var population: UInt32
    /// The selected clients in the order of selection.
    public var selected: [UInt32]
    /// The clients whose updates count, ascending.
    public var accepted: [UInt32]
    public var outcome: Outcome

    public init(
        round: UInt32,
        attempt: UInt32,
        population: UInt32,
        selected: [UInt32],
        accepted: [UInt32],
        outcome: Outcome
    ) {
        self.round = round
        self.attempt = attempt
        self.population = population
        self.selected = selected
        self.accepted = accepted
        self.outcome = outcome
    }
}
