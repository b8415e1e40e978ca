#if !hasFeature(Embedded)
import HansaNumerics

/// What a device's owner can do about a plan that the policy refuses.
enum PolicyFix {
    /// - Parameters:
    ///   - rule: the policy's key that refuses it.
    ///   - path: the policy's file; empty where there is none.
    static func words(_ rule: String, path: String) -> PlainText {
        let file: PlainText = path.isEmpty ? "a policy file ([policy] file in the configuration)" : "\(path)"
        let change: PlainText =
            switch rule {
            case "accept-no-noise":
                "ask the coordinator's owner for noise (privacy in the scenario), or set accept-no-noise = yes"
            case "accept-seeded-noise":
                "ask the coordinator's owner for privacy.source: system; only for a trial without private data set"
                    + " accept-seeded-noise = yes"
            case "accept-insecure":
                "ask the coordinator's owner for a strategy whose claim holds (aq-dp); only for a trial without private"
                    + " data set accept-insecure = yes"
            case "min-noise", "max-epsilon-per-round":
                "ask the coordinator's owner for more noise (privacy.multiplier, or fewer clients that share it), or change"
                    + " \(rule)"
            case "max-epsilon":
                "take part no longer, or raise max-epsilon (for gaps of the ledger: accept-gaps), knowing what"
                    + " hansa-client ledger shows"
            case "require-clip": "ask the coordinator's owner for a clip (update.clip), or set require-clip = no"
            case "placements":
                "ask the coordinator's owner for a placement that is allowed (privacy.placement), or name this one in"
                    + " placements"
            default: "ask the coordinator's owner for a plan within it, or change \(rule)"
            }
        return "\(change), in \(file)"
    }
}
#endif
