import Foundation
import HansaAccounting
import HansaClient
import HansaCore
import HansaPrivacy

/// What a coordinator's ledger says that it has of one client.
struct CoordinatorClaim {
    /// What one release cost; infinite where no noise bounds it.
    struct Cost {
        let pure: Double?
        let rho: Double
        let xi: Double

        /// Whether a device's charge is at least as much.
        ///
        /// Both compute a cost from the same plan; the last digits of a sum may differ, those of one release do not.
        func isCovered(by cost: PrivacyCost) -> Bool {
            func isAtLeast(_ device: Double, _ own: Double) -> Bool { device >= own * (1 - 1e-12) }
            let isPureCovered = pure.flatMap { own in cost.pureEpsilon.map { isAtLeast($0, own) } } ?? true
            return isAtLeast(cost.rho, rho) && isAtLeast(cost.xi, xi) && isPureCovered
        }
    }

    /// The updates that it received.
    private(set) var received: [(key: DeviceLedger.Key, cost: Cost, isLocal: Bool)] = []
    /// The rounds and attempts whose models have noise of the whole sum and this client's update.
    private(set) var published: [(round: UInt32, attempt: UInt32, cost: Cost)] = []

    /// Reads a ledger that was verified once for all clients that are asked for.
    static func claims(of clients: Set<UInt32>, in lines: [LedgerLine]) -> [UInt32: CoordinatorClaim] {
        var claims: [UInt32: CoordinatorClaim] = [:]
        let decoder = JSONDecoder()
        for line in lines {
            guard let line = try? decoder.decode(Line.self, from: Data(line.bytes)) else { continue }
            guard let round = line.round, let attempt = line.attempt else { continue }
            let cost = Cost(pure: line.purePerRelease, rho: line.rho ?? .infinity, xi: line.xi ?? 0)
            if line.kind == "received" {
                guard let client = line.client, clients.contains(client), let fence = line.fence,
                    let payload = line.payload.flatMap({ SHA256Digest(hexadecimal: $0) })
                else { continue }
                let id = AssignmentID(round: round, attempt: attempt, client: ClientID(client), fence: fence)
                let key = DeviceLedger.Key(assignment: id, payload: payload)
                claims[client, default: Self()].received.append((key, cost, line.placement == "local"))
            } else if line.kind == "published", line.placement != "local", line.rho != nil {
                for client in line.clients ?? [] where clients.contains(client) {
                    claims[client, default: Self()].published.append((round, attempt, cost))
                }
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
                switch device.charges[item.key] {
                case nil: false
                case .unbounded: true
                case .release(_, let cost, .everyone): item.cost.isCovered(by: cost)
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

    /// The members of a ledger's lines that are looked at.
    private struct Line: Decodable {
        let kind: String
        let round: UInt32?
        let attempt: UInt32?
        let client: UInt32?
        let fence: UInt32?
        let payload: String?
        let clients: [UInt32]?
        let placement: String?
        let purePerRelease: Double?
        let rho: Double?
        let xi: Double?
    }
}
