public import HansaAccounting
public import HansaAggregation
public import HansaCore

/// Why a run cannot start or go on.
///
/// One bad client never causes it.
public enum CoordinatorError: Error, Equatable, Sendable {
    /// The round policy makes no sense.
    case invalidPolicy(String)
    /// The initial parameters do not fit the schema, or are not finite.
    case invalidInitialModel
    case selection(SelectionError)
    case plan(PlanError)
    case strategy(AggregationError)
    case store(StoreError)
    /// A round was aborted as often as the policy allows.
    case tooManyAborts(round: UInt32)
    /// A recorded round was committed then and cannot be now: the record is of other data or another scenario.
    case recordNotRepeatable(round: UInt32)
    /// The privacy budget does not allow the run's first round.
    case budget(BudgetStop)
    /// The privacy ledger does not hold, or a plan's noise cannot be accounted for.
    case ledger(LedgerError)
    /// The operating system gave no random bytes for the noise.
    case noNoise
    /// The store holds a run that does not fit this specification.
    case recoveredRunMismatch(String)
}
