import HansaAccounting
import HansaCore
import HansaNumerics
import HansaPrivacy
import HansaQuantization

/// What the plans of an attempt say of privacy: all that its lines in the ledger need.
///
/// Kept for a while after the attempt, because an update that comes late was still received.
struct RoundTerms {
    /// The terms of one role.
    struct Role {
        let plan: SHA256Digest
        let noise: Noise?
        /// What one client's bytes reveal; nil without noise of the client.
        let clientEvent: PrivacyEvent?
        /// What the published sum reveals; nil without noise, and where the clients' own noise covers it.
        let releaseEvent: PrivacyEvent?
        let derivation: String

        init(_ plan: RoundPlan, schema: ParameterSchema) throws(PlanError) {
            self.plan = plan.digest
            noise = plan.noise.noise
            clientEvent = try plan.clientEvent(schema: schema)
            releaseEvent = try plan.releaseEvent(schema: schema)
            derivation = Self.derivation(of: plan, event: clientEvent ?? releaseEvent)
        }

        /// The clip rule, the integers' bound, and why replacing a client doubles it.
        private static func derivation(of plan: RoundPlan, event: PrivacyEvent?) -> String {
            guard let event else { return "none: nothing is claimed" }
            let replaced = "replacing one client's contribution changes the sum by two of them"
            switch plan.clip {
            case .none: return "none: nothing is clipped"
            case .l1(let bound):
                return "joint L1 clip \(bound), rounded to integers q with |q|1 <= K = \(event.sensitivityL1 / 2); "
                    + replaced + ": |q-q'|1 <= 2K, and |q-q'|2 is at most |q-q'|1"
            case .l2(let bound):
                return "joint L2 clip \(bound), rounded to integers q with "
                    + "|q|2^2 <= K2 = \(event.sensitivityL2Squared / 4); " + replaced
                    + ": |q-q'|2^2 <= 4 K2, and |q-q'|1 by the norms of integers"
            }
        }
    }

    let round: UInt32
    let attempt: UInt32
    let roles: [ClientRole: Role]
    let cohortRule: String

    init(opening: RoundOpening, specification: RunSpecification) throws(PlanError) {
        round = opening.round
        attempt = opening.attempt
        var roles: [ClientRole: Role] = [:]
        for (role, plan) in opening.plans { roles[role] = try Role(plan, schema: specification.schema) }
        self.roles = roles
        let policy = specification.policy
        cohortRule =
            "\(policy.selectedCount) of \(specification.population) clients selected, "
            + "\(policy.quorum) to \(policy.cohort) counted; participation is taken as known: no amplification"
    }

    /// The roles in the order of their numbers.
    var ordered: [(key: ClientRole, value: Role)] { roles.sorted { $0.key.rawValue < $1.key.rawValue } }

    /// The noise of the plans; the first role's that has some.
    var noisePlan: NoisePlan {
        for (_, role) in ordered { if let noise = role.noise { return .added(noise) } }
        return .none
    }

    /// Whether the coordinator adds noise.
    var hasCentralNoise: Bool { roles.values.contains { $0.noise?.placement == .central } }

    /// The fewest clients whose shares together have the noise that is claimed.
    var cohortMin: Int {
        roles.values.reduce(0) { fewest, role in
            if case .distributed(let count)? = role.noise?.placement { max(fewest, Int(count)) } else { fewest }
        }
    }

    /// The line of an update that was received; nil where nothing of it is charged.
    ///
    /// - Parameter plan: the digest that the client named; nil for the role's own.
    func received(
        _ upload: UploadName,
        plan: SHA256Digest?,
        role: ClientRole,
        wasAccepted: Bool
    ) -> LedgerRelease? {
        guard let terms = roles[role], let event = terms.clientEvent else { return nil }
        return LedgerRelease(
            placement: terms.noise?.placement,
            round: upload.assignment.round,
            attempt: upload.assignment.attempt,
            content: .received(
                client: upload.assignment.client,
                fence: upload.assignment.fence,
                payload: upload.digest,
                wasAccepted: wasAccepted
            ),
            plan: plan ?? terms.plan,
            event: event,
            derivation: terms.derivation,
            cohortRule: cohortRule
        )
    }

    /// The line of a role's part in a published model.
    func published(_ role: Role, version: UInt64, clients: [ClientID]) -> LedgerRelease {
        LedgerRelease(
            placement: role.noise?.placement,
            round: round,
            attempt: attempt,
            content: .published(version: version, clients: clients.sorted()),
            plan: role.plan,
            event: role.releaseEvent,
            derivation: role.derivation,
            cohortRule: cohortRule
        )
    }
}
