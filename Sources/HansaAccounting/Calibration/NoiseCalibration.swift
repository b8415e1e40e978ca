public import HansaPrivacy

/// The least noise with which a number of rounds keeps a budget.
///
/// The parameter is searched among multiples of 2^-16 (of 1 where it is above 2^46) by bisection, and the answer is verified as a ledger would: round
/// by round.
public struct NoiseCalibration: Hashable, Sendable {
    /// By which accountant an answer must hold.
    public enum Accountant: String, Hashable, Sendable, CaseIterable {
        /// `PrivacyBudget`: what both ledgers enforce, whatever is chosen on the way.
        case filter
        /// ``RenyiAccountant``: a report on rounds that are all fixed beforehand; never more noise.
        case renyi
    }

    /// More rounds than any run has; verification walks through all.
    public static let roundsMax: UInt64 = 1_000_000
    /// The grid of the parameter, and the one for parameters that are beyond its largest.
    private static let denominators: [UInt64] = [1 << 16, 1]

    public var law: NoiseLaw
    /// As in `PrivacyEvent`, in lattice units; see there for 0.
    public var sensitivityL1: UInt64
    public var sensitivityL2Squared: UInt64
    public var dimension: UInt64
    /// How many releases of one client there are.
    public var rounds: UInt64
    public var epsilon: Double
    public var delta: Double
    public var accountant: Accountant

    public init(
        law: NoiseLaw,
        sensitivityL1: UInt64,
        sensitivityL2Squared: UInt64,
        dimension: UInt64,
        rounds: UInt64,
        epsilon: Double,
        delta: Double,
        accountant: Accountant = .filter
    ) {
        self.law = law
        self.sensitivityL1 = sensitivityL1
        self.sensitivityL2Squared = sensitivityL2Squared
        self.dimension = dimension
        self.rounds = rounds
        self.epsilon = epsilon
        self.delta = delta
        self.accountant = accountant
    }

    /// The least parameter.
    ///
    /// Refuses an ε that is not above 0, a δ that is not in [0, 1), rounds outside 1 to ``roundsMax``, a sensitivity that
    /// the mechanism cannot be judged by, and with `PrivacyError.overBudget` what no parameter keeps: δ = 0 with noise
    /// that is not pure.
    public func mechanism() throws(PrivacyError) -> NoiseMechanism {
        guard epsilon > 0, epsilon.isFinite, delta >= 0, delta < 1, (1...Self.roundsMax).contains(rounds) else {
            throw .invalidRequest
        }
        for denominator in Self.denominators {
            if let least = try least(denominator: denominator) { return law.mechanism(least) }
        }
        throw .overBudget
    }

    /// The least multiple of 1/denominator that holds; nil where none does.
    private func least(denominator: UInt64) throws(PrivacyError) -> Ratio? {
        var high = Ratio.numeratorMax
        guard try holds(Ratio(high, denominator), isWalked: false) else { return nil }
        var low: UInt64 = 0
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if try holds(Ratio(middle, denominator), isWalked: false) { high = middle } else { low = middle }
        }
        // Rounding upward in every round can cost the last one a unit; a few steps of the parameter give far more.
        for _ in 0..<64 {
            let parameter = try Ratio(high, denominator)
            if try holds(parameter, isWalked: true) { return parameter }
            guard high < Ratio.numeratorMax else { break }
            high += 1
        }
        return nil
    }

    /// Whether a parameter keeps the budget in every round, by the ledger's own steps.
    public func holds(_ parameter: Ratio) throws(PrivacyError) -> Bool { try holds(parameter, isWalked: true) }

    /// One round's release with a parameter.
    public func event(_ parameter: Ratio) -> PrivacyEvent {
        PrivacyEvent(
            mechanism: law.mechanism(parameter),
            sensitivityL1: sensitivityL1,
            sensitivityL2Squared: sensitivityL2Squared,
            dimension: dimension,
            source: .system
        )
    }

    private func holds(_ parameter: Ratio, isWalked: Bool) throws(PrivacyError) -> Bool {
        let event = event(parameter)
        switch accountant {
        case .renyi:
            var accountant = RenyiAccountant()
            try accountant.add(event, count: rounds)
            return accountant.epsilon(delta: delta) <= epsilon
        case .filter:
            let cost = try event.cost()
            let budget = PrivacyBudget(epsilonPerRound: nil, epsilon: epsilon, delta: delta)
            var before = PrivacySpending()
            if isWalked {
                for _ in 1..<rounds { before.add(cost) }
            } else {
                before.add(cost, count: rounds - 1)
            }
            return budget.admits(cost, after: before)
        }
    }
}
