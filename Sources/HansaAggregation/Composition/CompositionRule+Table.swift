extension CompositionRule {
    /// Law, bound and weights under any noise (PRIVACY.md, sections 2, 4 and 8).
    static let noiseRules: [Self] = [
        Self(
            "noise-needs-a-clip",
            nil,
            [.noise, .noClip],
            key: "clip",
            .refused(
                reason: "without a bound a single client's change has no limit to hide",
                alternative: "set a bound: clip: {l1: …} for laplace, clip: {l2: …} for gaussian and skellam"
            )
        ),
        Self(
            "laplace-needs-l1",
            nil,
            [.laplace, .clipL2],
            key: "noise.mechanism",
            .refused(
                reason: "Laplace noise is scaled to the L1 norm, which an L2 bound leaves open",
                alternative: "clip: {l1: …}, or gaussian"
            )
        ),
        Self(
            "gaussian-needs-l2",
            nil,
            [.gaussian, .clipL1],
            key: "noise.mechanism",
            .refused(
                reason: "Gaussian noise is scaled to the L2 norm, which an L1 clip does not state",
                alternative: "clip: {l2: …}, or laplace"
            )
        ),
        Self(
            "skellam-needs-l2",
            nil,
            [.skellam, .clipL1],
            key: "noise.mechanism",
            .refused(
                reason: "Skellam noise is scaled to the L2 norm, which an L1 clip does not state",
                alternative: "clip: {l2: …}, or laplace"
            )
        ),
        Self(
            "noise-needs-client-weights",
            nil,
            [.noise, .serverWeights],
            key: "weighting",
            .refused(
                reason:
                    "the sample count is private too, and a server's weight scales the sensitivity and not the noise",
                alternative: "uniform, or samples-on-client, which weights before the clip"
            )
        ),
        Self(
            "noise-sets-the-width",
            nil,
            [.noise, .widthSchedule],
            key: "widths",
            .refused(
                reason: "under noise the width follows from the noise, and fewer bits would only hide that",
                alternative: "one width for all rounds"
            )
        ),
        Self(
            "noise-without-losses",
            nil,
            [.noise, .reportedLoss],
            key: "returnedFields",
            .refused(
                reason: "a training loss depends on the data and nothing charges it",
                alternative: "no loss: the model is measured on the coordinator's own test data"
            )
        ),
        Self(
            "laplace-has-no-shares",
            nil,
            [.distributedNoise, .laplace],
            key: "noise.mechanism",
            .refused(
                reason: "shares of Laplace noise do not add up to Laplace noise",
                alternative: "skellam: its shares add up to noise of its kind, also where more clients answer"
            )
        ),
        Self(
            "gaussian-has-no-shares",
            nil,
            [.distributedNoise, .gaussian],
            key: "noise.mechanism",
            .refused(
                reason:
                    "discrete Gaussian shares do not add up to noise of their kind, least of all below 2 lattice units",
                alternative: "skellam: its shares add up to noise of its kind, also where more clients answer"
            )
        ),
        Self(
            "seeded-noise-hides-nothing",
            nil,
            [.seededNoise],
            key: "noise.source",
            .caveat("the noise follows from the run's seed and gives no privacy: every ε is only nominal")
        ),
    ]

    /// What a strategy reads of updates, against who adds the noise (PRIVACY.md, sections 1, 7 and 8).
    static let placementRules: [Self] = [
        Self(
            "shares-hide-only-sums",
            .singleUpdates,
            [.distributedNoise],
            key: "noise.placement",
            .refused(
                reason: "one update has only a share of the noise that the ledger counts",
                alternative: "local noise, or a strategy that needs the sum alone"
            )
        ),
        Self(
            "central-noise-is-for-sums",
            .singleUpdates,
            [.centralNoise],
            key: "noise.placement",
            .refused(
                reason:
                    "central noise is sized for a sum, which a client moves by its clip bound at most; how far it moves "
                    + "this strategy's result nobody has bounded",
                alternative: "local noise, after which all is post-processing; or fedavg with a clip"
            )
        ),
        Self(
            "order-of-noised-updates",
            .singleUpdates,
            [.localNoise],
            key: "strategy",
            .caveat(
                "single updates are mostly noise: what is done with them costs no privacy, but withstands fewer false "
                    + "updates than the literature's figures for updates without noise"
            )
        ),
        Self(
            "distances-measure-noise",
            .distances,
            [.overwhelmingNoise],
            key: "strategy",
            .refused(
                reason:
                    "the noise of one update is longer than any update may be, so that norms and distances measure noise",
                alternative:
                    "median or trimmed-mean, which look at single coordinates; a smaller multiplier; or a smaller "
                    + "model"
            )
        ),
        Self(
            "importance-measures-noise",
            .normImportance,
            [.overwhelmingNoise],
            key: "strategy",
            .refused(
                reason: "the noise of one update is longer than any update may be, so that norms rank noise",
                alternative: "uniform importance"
            )
        ),
        Self(
            "conflicts-under-noise",
            .conflictTest,
            [.localNoise],
            key: "strategy",
            .caveat(
                "angles between noised updates are near to chance: projections act only where an update is longer than "
                    + "the noise-aware threshold"
            )
        ),
        Self(
            "each-kind-needs-its-bound",
            .severalReleases,
            [.noise],
            key: "noise.placement",
            .refused(
                reason:
                    "each kind of payload is a release with a bound of its own, and a configuration states one clip",
                alternative: "no noise; or a strategy with one kind of payload, such as fedavg or scaffold"
            )
        ),
    ]

    /// What clients say beside a bounded, noised update (PRIVACY.md, sections 4, 7 and 8).
    static let disclosureRules: [Self] = [
        disclosure(
            "absence-tells-data",
            .partialUpdates,
            "which parts a client leaves out says what data it has",
            "let clients send every part: switch the strategy's omission of parts off"
        ),
        disclosure(
            "counts-are-uncharged",
            .loadCounts,
            "how often a client used each part says what data it has, and nothing charges it",
            "uniform importance and weights"
        ),
        disclosure(
            "losses-are-uncharged",
            .losses,
            "a training loss depends on the data and nothing charges it",
            "a strategy without losses, such as fedavg"
        ),
        disclosure(
            "steps-are-uncharged",
            .stepCounts,
            "the number of steps says how many samples a client has, and nothing charges it",
            "fedavg with the same local.steps for everybody, which needs no correction"
        ),
        disclosure(
            "second-vectors-are-uncharged",
            .secondVector,
            "the second vector is a release that nothing clips, noises or charges",
            "a strategy with one vector, such as fedavg with local.proximal"
        ),
        disclosure(
            "ranges-tell-data",
            .dataChosenRanges,
            "a range, scale or width that data choose is a release that nothing charges",
            "the strategy's strict mode, whose lattice is public"
        ),
        Self(
            "denominators-tell-participation",
            .realisedDenominator,
            [.noise],
            key: "denominator",
            .refused(
                reason: "the realised count depends on who answered, and nothing charges it",
                alternative: "a number: the expected sum of weights over a round's cohort"
            )
        ),
    ]

    /// Widths, weights and memory, with or without noise (PRIVACY.md, section 4).
    static let formatRules: [Self] = [
        Self(
            "shares-need-one-lattice",
            .mixedWidths,
            [.distributedNoise],
            key: "widths",
            .refused(
                reason: "coarse shares of noise never mask the fine part of another client's values",
                alternative: "one width for all clients, or local noise"
            )
        ),
        Self(
            "central-noise-needs-one-lattice",
            .mixedWidths,
            [.centralNoise],
            key: "widths",
            .refused(
                reason: "the bound of the sum is that of one lattice",
                alternative: "one width for all clients, or local noise"
            )
        ),
        Self(
            "schedules-are-cosmetic",
            .noiseSetsWidths,
            [.localNoise],
            key: "widths",
            .caveat("what blurs an update is the noise: fewer bits save bytes, and change no ε and little of the noise")
        ),
        Self(
            "widths-are-accounted-apart",
            .mixedWidths,
            [.localNoise],
            key: "widths",
            .caveat("each client is accounted in units of its own lattice, so that ε differs between clients")
        ),
        Self(
            "stated-weights-can-lie",
            .singleUpdates,
            [.serverWeights],
            key: "weighting",
            .caveat(
                "clients state their own sample counts: one that lies weighs up to strategy.cap; uniform weights are the "
                    + "robust choice"
            )
        ),
        Self(
            "memory-of-clients-is-unmasked",
            .coordinatorMemory,
            [.distributedNoise],
            key: "noise.placement",
            .refused(
                reason: "what the coordinator keeps of one client has only a share of the noise that the ledger counts",
                alternative: "local noise, or the strategy's store on the client"
            )
        ),
        Self(
            "memory-of-clients-is-on-disk",
            .coordinatorMemory,
            [.centralNoise],
            key: "noise.placement",
            .caveat("the coordinator keeps a vector of each client without noise: whoever reads its disk reads that")
        ),
        Self(
            "memory-grows-old",
            .clientMemory,
            [.rareParticipation],
            key: "strategy",
            .caveat(
                "fewer than one client in ten takes part in a round, so that most clients' memory is many rounds old when "
                    + "it is used"
            )
        ),
    ]

    /// What a coordinator does not serve to devices (PRIVACY.md, section 5; ALGORITHMS.md, section 9).
    static let servingRules: [Self] = [
        Self(
            "production-draws-its-noise",
            nil,
            [.production, .seededNoise],
            key: "noise.source",
            .refused(
                reason: "noise that follows from the scenario's seed gives no privacy",
                alternative: "privacy.source: system, in production"
            )
        ),
        Self(
            "serving-draws-its-noise",
            nil,
            [.forbidsSeededNoise, .seededNoise],
            key: "noise.source",
            .refused(
                reason: "noise that follows from the scenario's seed gives no privacy",
                alternative: "privacy.source: system, or allow-insecure-seeded-noise: yes beside the scenario"
            )
        ),
        Self(
            "production-is-secure",
            .insecure,
            [.production],
            key: "strategy",
            .refused(
                reason: "the privacy that the paper claims does not hold",
                alternative: "the strategy's strict mode, in production"
            )
        ),
        Self(
            "serving-is-secure",
            .insecure,
            [.forbidsInsecureStrategies],
            key: "strategy",
            .refused(
                reason: "the privacy that the paper claims does not hold",
                alternative: "the strategy's strict mode, or allow-insecure-strategies: yes beside the scenario"
            )
        ),
        Self(
            "papers-that-do-not-hold",
            .insecure,
            [],
            key: "strategy",
            .caveat("this repeats a paper whose privacy claim does not hold: nothing of it protects a client")
        ),
    ]

    private static func disclosure(
        _ name: String,
        _ trait: StrategyTrait,
        _ reason: String,
        _ alternative: String
    ) -> Self {
        Self(name, trait, [.noise], key: "strategy", .refused(reason: reason, alternative: alternative))
    }
}
