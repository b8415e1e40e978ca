import HansaAccounting
import HansaClient
import HansaCoordinator
import HansaCore
import HansaPrivacy

/// What a coordinator's ledger says that it has of one client.
struct CoordinatorClaim {
    /// The updates that it received, and what they cost; nil where no noise bounds it.
    private(set) var received: [(name: UploadName, cost: PrivacyCost?, isLocal: Bool)] = []
    /// The rounds and attempts whose models have noise of the whole sum and this client's update.
    private(set) var published: [(round: UInt32, attempt: UInt32, cost: PrivacyCost)] = []

    /// Reads a ledger that was verified once for all clients that are asked for.
    static func claims(of clients: Set<UInt32>, in lines: [LedgerLine]) -> [UInt32: CoordinatorClaim] {
        var claims: [UInt32: CoordinatorClaim] = [:]
        for release in lines.lazy.compactMap(\.release) {
            let cost = try? release.event?.cost()
            switch release.content {
            case .received(let client, let fence, let payload, _) where clients.contains(client.number):
                let id = AssignmentID(round: release.round, attempt: release.attempt, client: client, fence: fence)
                let name = UploadName(assignment: id, digest: payload)
                claims[client.number, default: Self()].received.append((name, cost, release.placement == .local))
            case .published(_, let made) where release.placement != .local:
                guard let cost else { continue }
                for client in made where clients.contains(client.number) {
                    claims[client.number, default: Self()].published.append((release.round, release.attempt, cost))
                }
            default: continue
            }
        }
        return claims
    }

    /// How many of its updates a device's ledger has charged at their cost, and how many it has not.
    func match(_ device: DeviceLedger, client: ClientID) -> (matched: UInt64, missing: UInt64) {
        var matched: UInt64 = 0
        var missing: UInt64 = 0
        for item in received {
            let isCovered =
                switch device.charges[item.name] {
                case nil: false
                case .unbounded: true
                case .release(_, let cost, .everyone): item.cost?.isCovered(by: cost) ?? false
                // What this owner trusts the coordinator with is no share of a sum.
                case .release(_, _, .modelReaders): !item.isLocal
                }
            if isCovered { matched += 1 } else { missing += 1 }
        }
        guard !published.isEmpty else { return (matched, missing) }
        let own = Dictionary(grouping: device.charges.filter { $0.key.assignment.client == client }) { key, _ in
            [key.assignment.round, key.assignment.attempt]
        }
        for model in published {
            let isCovered = (own[[model.round, model.attempt]] ?? []).contains { _, charge in
                guard case .release(_, let cost, _) = charge else { return true }
                return model.cost.isCovered(by: cost)
            }
            if isCovered { matched += 1 } else { missing += 1 }
        }
        return (matched, missing)
    }
}

extension PrivacyCost {
    /// Whether a device's charge is at least as much.
    ///
    /// Both compute a cost from the same plan; the last digits of a sum may differ, those of one release do not.
    fileprivate func isCovered(by cost: PrivacyCost) -> Bool {
        func isAtLeast(_ device: Double, _ own: Double) -> Bool { device >= own * (1 - 1e-12) }
        let isPureCovered = pureEpsilon.flatMap { own in cost.pureEpsilon.map { isAtLeast($0, own) } } ?? true
        return isAtLeast(cost.rho, rho) && isAtLeast(cost.xi, xi) && isPureCovered
    }
}
