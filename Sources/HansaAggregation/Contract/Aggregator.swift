/// Folds the updates of one round into one aggregate, in any order and any grouping.
///
/// Laws, checked by `checkAggregator` of `HansaTesting`:
/// - *Order-free*: any permutation of the same updates reports the same bits.
/// - *Merge is accumulate*: folding parts apart and merging them reports the bits of folding all in one.
/// - *A rejected update leaves no trace*: after a throw the aggregator is as before.
/// - *Once*: a second update under one assignment is rejected.
public protocol Aggregator: Sendable {
    /// Whether single updates are looked at, or only their sum.
    static var need: UpdateNeed { get }

    /// Gets ready what taking in updates needs and takes a while, such as memory for sums.
    ///
    /// Called when nobody waits; an aggregator that was not prepared is as good and only later.
    mutating func prepare()

    /// Takes in one update. A rejected update leaves the aggregate as it was.
    mutating func accumulate(_ update: VerifiedUpdate) throws(AggregationError)

    /// Joins another partial aggregate of the same round into this one.
    mutating func merge(_ other: Self) throws(AggregationError)

    /// Whether enough has been taken in to report.
    var canReport: Bool { get }

    /// Adds the coordinator's noise to the sum, once, as the plans say, drawn from a key that `root` and the plan make.
    ///
    /// The same root gives the same noise. An aggregator that cannot do it refuses, and the round is not published.
    ///
    /// - Parameter root: 32 secret bytes, kept until the model is durable.
    mutating func addNoise(root: [UInt8]) throws(AggregationError)

    /// Ends the round.
    consuming func report() throws(AggregationError) -> Aggregate
}

extension Aggregator {
    public mutating func prepare() {}

    public mutating func addNoise(root: [UInt8]) throws(AggregationError) {
        throw .noiseUnsupported
    }
}
