/// When a round closes (DESIGN.md, "Schedules").
public struct RoundPolicy: Hashable, Sendable {
    /// How a round may end.
    public enum Mode: Hashable, Sendable {
        /// The record follows from the seed: selection ignores liveness, the round waits for every client whose update
        /// the seed says will count, and a deadline never decides.
        case reproducible
        /// The round also closes at its deadline with at least the quorum, or when the target count is reached.
        case production
    }

    public var mode: Mode
    /// How many updates a round aims at.
    public var cohort: Int
    /// How many more clients are selected, as a share of `cohort`: 0.2 selects a fifth more.
    public var overSelection: Double
    /// The chance that a selected client drops out, in reproducible mode; drawn from the seed.
    public var dropout: Double
    /// The fewest updates a round may close with; below it the round is aborted.
    ///
    /// Half the cohort, unless stated.
    public var quorum: Int
    /// How long clients have, in milliseconds from receipt of the plan.
    public var deadlineMilliseconds: UInt32
    /// How often a round is started over before the run gives up.
    public var attemptCountMax: UInt32

    /// The largest over-selection: as many again as the cohort.
    public static let overSelectionMax = 1.0

    public init(
        mode: Mode = .reproducible,
        cohort: Int,
        overSelection: Double = 0,
        dropout: Double = 0,
        quorum: Int? = nil,
        deadlineMilliseconds: UInt32 = 600_000,
        attemptCountMax: UInt32 = 10
    ) {
        self.mode = mode
        self.cohort = cohort
        self.overSelection = overSelection
        self.dropout = dropout
        self.quorum = quorum ?? max(1, cohort / 2)
        self.deadlineMilliseconds = deadlineMilliseconds
        self.attemptCountMax = attemptCountMax
    }

    /// How many clients are selected: cohort · (1 + overSelection), rounded up.
    public var selectedCount: Int {
        let extra = (Double(cohort) * overSelection).rounded(.up)
        return cohort + (Int(exactly: extra) ?? 0)
    }
}
