/// Why a run ended before its last round: the next one would have spent more privacy than there is.
public struct BudgetStop: Error, Hashable, Sendable {
    /// Whose budget it is.
    public enum Owner: Hashable, Sendable {
        /// The run's: the round's publication, on top of all before it.
        case run
        /// The clients': `left` of them could still take part, and the round needs `needed`.
        case clients(left: Int, needed: Int)
    }

    /// The round that did not start.
    public var round: UInt32
    public var owner: Owner

    public init(round: UInt32, owner: Owner) {
        self.round = round
        self.owner = owner
    }
}

extension BudgetStop: CustomStringConvertible {
    public var description: String {
        switch owner {
        case .run:
            "round \(round) would spend more than the run's privacy budget, so it was not started; the model so far stands"
        case .clients(let left, let needed):
            "round \(round) needs \(needed) clients and \(left) have privacy budget left, so it was not started; the model "
                + "so far stands"
        }
    }
}
