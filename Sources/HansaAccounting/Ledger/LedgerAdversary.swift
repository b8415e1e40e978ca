/// Somebody whom noise may protect against (PRIVACY.md §1).
public enum LedgerAdversary: String, CaseIterable, Hashable, Sendable {
    /// Whoever runs the coordinator or looks into it.
    case coordinator
    /// Whoever sees published models.
    case modelReader = "model reader"
    /// The other clients of the run.
    case otherClients = "other clients"
    /// Whoever reads the connections, were they not encrypted.
    case network
    /// Whoever reads the coordinator's disk.
    case disk
}
