/// Who adds the noise, and so whom it protects against (PRIVACY.md §1).
public enum NoisePlacement: Hashable, Sendable {
    /// Each client adds all of it: every update is private by itself, against everyone.
    case local
    /// Each client adds a share; `cohortMin` shares together have the plan's noise. Against readers of the model, and
    /// far less against the coordinator, who sees one share.
    case distributed(cohortMin: UInt32)
    /// The coordinator adds it to the sum: against readers of published models only.
    case central

    /// The number of the placement in plans.
    public var number: UInt8 {
        switch self {
        case .local: 1
        case .distributed: 2
        case .central: 3
        }
    }
}
