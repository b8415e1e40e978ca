import HansaNumerics

/// What a client's policy says about a plan.
public enum PolicyVerdict: Hashable, Sendable {
    /// The plan stays within what the owner allows.
    case allowed
    /// The plan does not; `rule` is the policy's key, `got` what the plan asks, `allowed` what the owner allows.
    case refused(rule: String, got: String, allowed: String)
}

extension PolicyVerdict: CustomStringConvertible {
    /// A sentence for the device's log; it says nothing about the data.
    public var description: String { text.string }

    private var text: PlainText {
        switch self {
        case .allowed: "allowed"
        case .refused(let rule, let got, let allowed):
            "the policy's \(rule) forbids this plan: got \(got), allowed \(allowed)"
        }
    }
}
