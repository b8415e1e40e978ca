import HansaNumerics

/// What an ε at a δ promises, in plain words, and whether the promise is worth anything.
///
/// `hansa ledger show` and `hansa privacy epsilon` print it. Two contributions of one client are told apart by whoever
/// sees the releases; by (ε, δ)-differential privacy the odds of one over the other change by a factor of e^ε at most,
/// up to the probability δ, and a guess between two that were as likely is right with probability at most
///
///     (e^ε + δ) / (1 + e^ε)
///
/// (the errors of every test sum to at least 2 (1 − δ) / (1 + e^ε); Kairouz, Oh, Viswanath 2015, theorem 2.1). The
/// grades follow from that probability alone:
///
/// | ε | right guesses at most | grade |
/// | --- | --- | --- |
/// | up to 1 | 73.2 % | strong: a guess stays a guess |
/// | up to 5 | 99.4 % | moderate: doubt remains, one wrong guess in 150 |
/// | up to 10 | 99.9955 % | weak: one wrong guess in 22,000 |
/// | above 10 | more | practically nothing: the bound excludes no attack that anybody would carry out |
///
/// δ decides where it is above 1e-3: it is the probability with which ε promises nothing, so that the grade is weak at
/// best, and practically nothing from 0.1 on or where the guesses are those of an ε above 10.
///
/// 1 and 10 are also the borders that Ponomareva and others draw ("How to DP-fy ML", 2023, arXiv:2303.00654).
public struct PrivacyStatement: Hashable, Sendable {
    public enum Grade: String, Hashable, Sendable, CaseIterable {
        case strong
        case moderate
        case weak
        case practicallyNothing = "practically nothing"
        /// No ε bounds it.
        case nothing
    }

    /// The largest ε of each grade, and why: see the table above.
    public static let strongMax = 1.0
    public static let moderateMax = 5.0
    public static let weakMax = 10.0

    /// Infinite where nothing bounds what was told.
    public let epsilon: Double
    public let delta: Double

    public init(epsilon: Double, delta: Double) {
        self.epsilon = epsilon
        self.delta = delta
    }

    /// The largest δ that leaves the grade to ε, and the one from which nothing is left of any ε.
    ///
    /// With probability δ everything may be told: above 1e-3 that is one client of a thousand.
    public static let deltaMax = 1e-3
    public static let deltaLost = 0.1

    public var grade: Grade {
        guard epsilon.isFinite, delta < 1 else { return .nothing }
        guard delta > Self.deltaMax else { return Self.grade(epsilon) }
        // The ε that allows as many right guesses with δ = 0; never better than weak.
        let factor = DeterministicMath.exp(min(epsilon, Self.weakMax + 1))
        let odds = (factor + delta) / (1 - delta)
        let isWeak = delta < Self.deltaLost && odds <= DeterministicMath.exp(Self.weakMax)
        return isWeak ? .weak : .practicallyNothing
    }

    private static func grade(_ epsilon: Double) -> Grade {
        if epsilon <= strongMax { return .strong }
        if epsilon <= moderateMax { return .moderate }
        return epsilon <= weakMax ? .weak : .practicallyNothing
    }

    /// How often a guess between two contributions that were as likely is right, at most.
    public var guessRateMax: Double {
        guard epsilon.isFinite else { return 1 }
        // In terms of e^−ε, which does not overflow.
        let inverse = DeterministicMath.exp(-epsilon)
        return min(1, (1 + delta * inverse) / (1 + inverse))
    }

    /// What the ε lets others find out at most.
    public var meaning: String {
        guard epsilon.isFinite else { return "nothing bounds what others may find out" }
        return "whatever others believe about one client's part, its odds change by a factor of at most \(oddsFactor) "
            + "(e^\(PlainNumber.upward(epsilon, places: 2))), up to the probability \(delta); a guess between two that "
            + "were as likely may be right \(guessRate)"
    }

    /// Whether that is worth anything, said straight out.
    public var verdict: String {
        guard delta <= Self.deltaMax || grade == .nothing else {
            return "this protects \(grade == .weak ? "little" : "practically nothing"): with the probability \(delta) "
                + "epsilon promises nothing at all; a delta is to be below one in as many clients as take part"
        }
        return verdictOfEpsilon
    }

    private var verdictOfEpsilon: String {
        switch grade {
        case .strong: "this protects well: epsilon is at most 1, so a guess stays a guess"
        case .moderate:
            "this protects somewhat: epsilon is at most 5, so some doubt remains, but a good attack may be right most of "
                + "the time"
        case .weak:
            "this protects little: above epsilon 5 fewer than one guess in 150 need be wrong"
        case .practicallyNothing:
            "this protects practically nothing: above epsilon 10 the bound allows an attack that is wrong less than once "
                + "in 22,000 guesses. Perhaps nobody knows one that good; nothing here rules it out"
        case .nothing: "this protects nothing"
        }
    }

    /// What would make the promise better; empty where it is strong.
    public var remedy: String {
        grade == .strong
            ? ""
            : "more noise, fewer rounds, fewer parameters, more clients; `hansa privacy plan` computes what a wish takes, "
                + "and says when it is hopeless"
    }

    /// e^ε, rounded up.
    private var oddsFactor: String {
        // log(10) is above 2.302; below 10^6 digits are readable.
        guard epsilon <= 13 else { return "10^\(PlainNumber.upward(epsilon / 2.302, places: 0))" }
        let factor = DeterministicMath.exp(epsilon)
        return PlainNumber.upward(factor, places: factor < 10 ? 2 : 0)
    }

    private var guessRate: String {
        let percent = 100 * guessRateMax
        return percent <= 99.9
            ? "up to \(PlainNumber.upward(percent, places: 1)) % of the time" : "practically every time"
    }
}
