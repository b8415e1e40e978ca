import HansaAccounting
import HansaClient
import HansaCoordinator
import HansaCore
import HansaNumerics
import HansaPrivacy

/// One client's two ledgers beside each other.
struct LedgerComparison: Encodable {
    /// What came of it.
    enum Verdict: String, Encodable {
        /// Every update that the coordinator has is charged on the device, at its cost at least.
        case ok
        /// Updates arrived that the device did not charge, or not at their cost.
        case less
        /// The device's ledger says itself that it does not know of some updates, and of those that arrived some are not
        /// in its lines.
        case unknown
        /// The device's lines are not a chain, or its sums are not those of its lines.
        case changed
        /// The ledger is another client's.
        case otherClient
    }

    let client: String
    let number: UInt32
    let verdict: Verdict
    /// Why it is not `ok`, in words.
    let reason: String?
    /// Updates that the device charged, for whatever run.
    let charged: UInt64
    /// Updates and models of this client that the coordinator charged, and those of them that the device charged.
    let received: UInt64
    let matched: UInt64
    /// ρ of all that the device charged, and of what the coordinator received; null where nothing bounds it.
    let deviceRho: Double?
    let coordinatorRho: Double
    /// ε at the coordinator's δ, in words.
    let deviceEpsilon: String
    let coordinatorEpsilon: String

    init(client: String, id: ClientID, device: DeviceLedger, claim: CoordinatorClaim, state: LedgerState?) {
        self.client = client
        number = id.number
        let held = state?.account(of: id) ?? LedgerClient()
        let isReceived = !claim.received.isEmpty
        let spent = device.totals.spending
        charged = device.totals.updateCount
        let counts = claim.match(device, client: id)
        matched = counts.matched
        // Bounds: counts of lines in memory.
        received = counts.matched + counts.missing
        deviceRho = spent.isBounded ? spent.noised.rho : nil
        let account = isReceived && spent.trustingCount == 0 ? held.sent : held.published
        coordinatorRho = account.spending.rho
        deviceEpsilon = EpsilonText.epsilon(spent.epsilon(delta: state?.terms.delta ?? 1e-6)).string
        let figures = state?.figures(of: id)
        coordinatorEpsilon =
            (isReceived && spent.trustingCount == 0 ? figures?.sent : figures?.published)?.briefWords ?? "0"
        let foreign = device.charges.keys.first { $0.assignment.client != id }
        if let damage = device.damage {
            (verdict, reason) = (.changed, "the device's ledger is not as it was written: \(damage)")
        } else if let foreign {
            (verdict, reason) = (.otherClient, "got the ledger of client \(foreign.assignment.client.number)")
        } else if counts.missing == 0 {
            (verdict, reason) = (.ok, nil)
        } else if device.untoldCount >= counts.missing {
            (verdict, reason) = (
                .unknown,
                "\(counts.missing) that the coordinator charged have no line of the device's; its ledger counts "
                    + "\(device.untoldCount) updates of unknown cost, or of files that are gone"
            )
        } else {
            (verdict, reason) = (
                .less,
                "got less charged on the device than by the coordinator: \(counts.missing) of \(received) have no charge "
                    + "for the same bytes of the same work at the same cost"
            )
        }
    }
}
