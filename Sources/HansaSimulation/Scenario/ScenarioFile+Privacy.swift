import HansaAggregation
import HansaPrivacy

extension ScenarioFile {
    static let privacyKeys = [
        "mechanism", "placement", "multiplier", "epsilon", "cohort-min", "source", "delta", "max-epsilon",
    ]
    private static let seeded = "insecure-seeded"

    static func readPrivacy(_ section: ScenarioSection) -> Privacy {
        var privacy = Privacy()
        privacy.mechanism = section.word("mechanism", among: NoiseConfiguration.Law.allCases.map(\.rawValue))
        privacy.placement = section.word("placement", among: ["local", "distributed", "central"])
        privacy.multiplier = section.number("multiplier", .multiplier)
        privacy.epsilon = section.number("epsilon", .aboveZero)
        privacy.cohortMin = section.integer("cohort-min", in: 1...Int(UInt32.max))
        privacy.source = section.word("source", among: ["system", seeded])
        privacy.delta = section.number("delta", .aboveZero)
        privacy.epsilonMax = section.number("max-epsilon", .aboveZero)
        for key in ["mechanism", "placement"] where !section.has(key) {
            section.reading.report("privacy." + key, got: "nothing", expected: "a word: noise is never guessed")
        }
        if section.has("multiplier") == section.has("epsilon") {
            section.reading.report(
                "privacy.multiplier",
                got: section.has("epsilon") ? "a multiplier and an epsilon" : "no size of the noise",
                expected: "one of multiplier, and epsilon for a round of Laplace noise"
            )
        }
        return privacy
    }

    /// The noise and the budget; nil where none is asked for, or something was reported.
    func resolvedPrivacy(clients: Int?, reading: ScenarioReading) -> ResolvedScenario.Privacy? {
        guard let privacy, let word = privacy.mechanism, let law = NoiseConfiguration.Law(rawValue: word) else {
            return nil
        }
        let placement: ResolvedScenario.Privacy.Placement
        switch privacy.placement ?? "" {
        case "local": placement = .local
        case "central": placement = .central
        case "distributed": placement = .distributed(cohortMin: privacy.cohortMin)
        default: return nil
        }
        if privacy.cohortMin != nil, privacy.placement != "distributed" {
            reading.report(
                "privacy.cohort-min",
                got: "a minimum cohort with \(privacy.placement ?? "") noise",
                expected: "no such key: only shares are sized by a cohort"
            )
        }
        if privacy.epsilon != nil, law != .laplace {
            reading.report(
                "privacy.epsilon",
                got: "an epsilon with \(word) noise",
                expected: "a multiplier: \(word) noise has no epsilon without a delta",
                fix: "`hansa privacy calibrate` finds the multiplier for an epsilon."
            )
        }
        let delta = privacy.delta ?? ResolvedScenario.Privacy.deltaDefault
        if delta >= 1 || clients.map({ delta >= 1 / Double($0) }) ?? false {
            reading.report(
                "privacy.delta",
                got: "\(delta)",
                expected: "below 1 over the number of clients: a larger one allows to publish a client outright"
            )
        }
        // Laplace: replace-one changes the L1 norm by twice the bound, so ε = 2/multiplier.
        let multiplier = privacy.multiplier ?? privacy.epsilon.map { 2 / $0 } ?? 1
        return ResolvedScenario.Privacy(
            law: law,
            placement: placement,
            multiplier: multiplier,
            source: privacy.source == Self.seeded ? .seeded : .system,
            delta: delta,
            epsilonMax: privacy.epsilonMax
        )
    }
}
