public import HansaCore
public import HansaNumerics
import HansaPrivacy

extension ClientPolicy {
    /// What an update by this plan costs, as this policy sees the coordinator.
    ///
    /// Noise without a guarantee that is known counts as none.
    ///
    /// - Parameter schema: the model's blocks; where they are not known, no guarantee is.
    public func charge(of plan: RoundPlan, schema: ParameterSchema?) -> PrivacyCharge {
        guard let noise = plan.noise.noise, let schema else { return .unbounded }
        do throws(PlanError) {
            // Nobody has to have looked at the plan before; how many clients take part is not the device's matter.
            try plan.validate(schema: schema, cohortMax: 1)
            let judgesSum = trustsSums && noise.placement != .local
            let event = judgesSum ? try plan.releaseEvent(schema: schema) : try plan.clientEvent(schema: schema)
            guard let event, let cost = Self.cost(of: event) else { return .unbounded }
            return .release(event, cost: cost, against: judgesSum ? .modelReaders : .everyone)
        } catch {
            return .unbounded
        }
    }

    private static func cost(of event: PrivacyEvent) -> PrivacyCost? {
        do throws(PrivacyError) {
            let cost = try event.cost()
            return cost.isValid ? cost : nil
        } catch {
            return nil
        }
    }

    /// The noise multiplier of a release, never above the true one; 0 where the mechanism's norm is not bounded.
    static func noiseMultiplier(of event: PrivacyEvent) -> Double {
        let variance: Double
        let sensitivity: Double
        switch event.mechanism {
        case .discreteLaplace(let scale):
            // The variance is 1 / (2 sinh²(1/2b)) = 2b² − 1/6 + … for scale b, and the rest is positive.
            variance = max(0, 2 * scale.value * scale.value - 1.0 / 6)
            sensitivity = Double(event.sensitivityL1)
        case .discreteGaussian(let parameter), .skellam(let parameter):
            variance = parameter.value
            sensitivity = Double(event.sensitivityL2Squared).squareRoot()
        }
        return sensitivity > 0 ? variance.squareRoot() / sensitivity : 0
    }

    /// Judges noise and budget.
    func refusalOfPrivacy(_ plan: RoundPlan, schema: ParameterSchema?, spending: DeviceSpending) -> PolicyVerdict? {
        if let noise = plan.noise.noise {
            guard placements.contains(noise.placement.number) else {
                return Self.refused(
                    rule: "placements",
                    got: "\(PolicyNames.list(placements: [noise.placement.number])) noise",
                    allowed: "\(PolicyNames.list(placements: placements))"
                )
            }
            if noise.source == .seeded, !acceptsSeededNoise {
                return Self.refused(
                    rule: "accept-seeded-noise",
                    got: "noise from a seed, which protects nothing",
                    allowed: "noise that the operating system keys"
                )
            }
        }
        switch charge(of: plan, schema: schema) {
        case .unbounded: return refusalOfNoNoise(plan)
        case .release(let event, let cost, _): return refusal(of: event, cost: cost, spending: spending)
        }
    }

    private func refusalOfNoNoise(_ plan: RoundPlan) -> PolicyVerdict? {
        let got: PlainText =
            switch plan.noise.noise?.placement {
            case nil: "an update without noise"
            case .central: "an update without noise of its own, from a coordinator that is not trusted to add it"
            case .local, .distributed: "an update whose noise has no guarantee that is known"
            }
        if !acceptsNoNoise { return Self.refused(rule: "accept-no-noise", got: got, allowed: "noised updates") }
        let limits: [(rule: String, limit: Double?)] = [
            ("min-noise", noiseMultiplierMin), ("max-epsilon-per-round", epsilonPerRoundMax),
            ("max-epsilon", epsilonMax),
        ]
        for (rule, limit) in limits {
            if let limit { return Self.refused(rule: rule, got: got, allowed: EpsilonText.epsilon(limit)) }
        }
        return nil
    }

    private func refusal(of event: PrivacyEvent, cost: PrivacyCost, spending: DeviceSpending) -> PolicyVerdict? {
        let multiplier = Self.noiseMultiplier(of: event)
        if let min = noiseMultiplierMin, multiplier < min {
            return Self.refused(
                rule: "min-noise",
                got: "a noise multiplier of \(EpsilonText.epsilon(multiplier))",
                allowed: "\(EpsilonText.epsilon(min)) or more"
            )
        }
        let at: PlainText = "at delta \(EpsilonText.probability(delta))"
        let alone = DeviceSpending().epsilon(delta: delta, after: cost)
        let perRound = PrivacyBudget(epsilonPerRound: epsilonPerRoundMax, epsilon: nil, delta: delta)
        if let max = epsilonPerRoundMax, !perRound.admits(cost, after: PrivacySpending()) {
            return Self.refused(
                rule: "max-epsilon-per-round",
                got: "an update of epsilon \(EpsilonText.epsilon(alone)) \(at)",
                allowed: EpsilonText.epsilon(max)
            )
        }
        guard let max = epsilonMax else { return nil }
        guard spending.gapCount <= gapCountMax else {
            return Self.refused(
                rule: "max-epsilon",
                got: "\(spending.gapCount) gaps in the privacy ledger (\(spending.copyCount) copies or restorations, "
                    + "\(spending.unknownCount) updates of unknown cost), so that nobody knows what was spent",
                allowed: "\(gapCountMax); accept-gaps = \(spending.gapCount) in the policy leaves out what they cost"
            )
        }
        // What the owner leaves out.
        var spending = spending
        spending.unknownCount = 0
        let inAll = PrivacyBudget(epsilonPerRound: nil, epsilon: max, delta: delta)
        guard !(spending.isBounded && inAll.admits(cost, after: spending.noised)) else { return nil }
        let total = spending.epsilon(delta: delta, after: cost)
        let before = spending.epsilon(delta: delta)
        var got: PlainText =
            "epsilon \(EpsilonText.epsilon(total)) \(at) with this update, \(EpsilonText.epsilon(before))"
        got.append(" being spent")
        if spending.unboundedCount > 0 { got.append(", \(spending.unboundedCount) updates without noise") }
        return Self.refused(rule: "max-epsilon", got: got, allowed: EpsilonText.epsilon(max))
    }
}
