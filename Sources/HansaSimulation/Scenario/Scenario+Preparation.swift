public import HansaAggregation
import HansaCoordinator
import HansaCore
public import HansaLearning
import HansaNumerics
public import HansaResults

extension Scenario {
    /// Reads the data and splits them, builds model and strategy, and plans the first and the last round to be sure.
    ///
    /// - Parameters:
    ///   - folders: where named data sets are looked for.
    ///   - registry: the strategies that a scenario may name.
    ///   - replay: the participation record of a finished run, whose cohorts take the place of selection.
    public func prepared(
        data folders: DataFolders = DataFolders(),
        registry: StrategyRegistry = .standard,
        replay: [ParticipationRecord]? = nil
    ) throws(ScenarioError) -> PreparedRun {
        try checkTrainer()
        let split = try loadData(folders)
        let shares = try loadShares(of: split.train)
        let partition = shares.partition
        var scenario = resolved
        scenario.partition.clients = partition.clientCount
        var issues: [ScenarioIssue] = []
        scenario.round.fill(population: partition.clientCount, source: source) { issues.append($0) }
        guard issues.isEmpty else { throw .mistakes(issues) }
        let architecture = try architecture(for: split)
        let policy = scenario.policy
        let noise = scenario.privacy?.noise(cohort: policy.cohort, quorum: policy.quorum)
        let (strategy, configuration) = try makeStrategy(
            scenario,
            population: partition.clientCount,
            noise: noise,
            registry: registry
        )
        let schema = try self.schema(of: architecture)
        let composition = try composition(
            strategy,
            configuration,
            schema: schema,
            cohort: policy.cohort,
            population: partition.clientCount
        )
        let digest = try configurationDigest(of: scenario)
        var specification = RunSpecification(
            run: Self.runID(scenario, digest: digest),
            seed: scenario.seed,
            population: UInt32(clamping: partition.clientCount),
            roundCount: scenario.rounds,
            policy: policy,
            participation: try participation(scenario, population: partition.clientCount, replay: replay),
            strategy: strategy,
            schema: schema,
            initialParameters: try initialParameters(scenario, architecture),
            modelWidth: scenario.downloadWidth,
            privacy: scenario.privacy?.accounting ?? RunPrivacy(),
            configurationDigest: digest
        )
        specification.sampleCounts = (0..<partition.clientCount).map { UInt32(clamping: partition[$0].count) }
        do throws(CoordinatorError) { try specification.validate() } catch {
            throw .mistakes([source.issue("round", message: ErrorText.of(error))])
        }
        try checkPlans(specification, scenario: scenario)
        return PreparedRun(
            scenario: scenario,
            data: split,
            partition: partition,
            architecture: architecture,
            specification: specification,
            composition: composition,
            clients: shares.clients,
            clientTests: shares.tests
        )
    }

    /// The data and their split alone, for a look at them.
    public func preparedPartition(
        data folders: DataFolders = DataFolders()
    ) throws(ScenarioError) -> (data: DatasetSplit, partition: Partition, clientTests: [DatasetView]) {
        let split = try loadData(folders)
        let shares = try loadShares(of: split.train)
        return (split, shares.partition, shares.tests)
    }

    func mistake(_ key: String, got: String, expected: String, fix: String = "") -> ScenarioError {
        .mistakes([source.issue(key, got: got, expected: expected, fix: fix)])
    }

    private func initialParameters(
        _ scenario: ResolvedScenario,
        _ architecture: ModelArchitecture
    ) throws(ScenarioError) -> [Float] {
        guard let path = scenario.model.initial else { return architecture.initialParameters(seed: scenario.seed) }
        let count = architecture.parameterCount
        do throws(ScenarioFileError) {
            return try ScenarioFiles.parameters(path, count: count)
        } catch {
            switch error {
            case .unreadable: throw .data("\(path): got no readable file, expected \(count) initial parameters.")
            case .damaged(let reason): throw .data("\(path): got damaged initial parameters: \(reason)")
            case .notFinite: throw .data("\(path): got NaN or infinity, expected finite initial parameters.")
            case .wrongCount(let got):
                throw mistake(
                    "model.initial",
                    got: "\(got) parameters in \(path)",
                    expected: "\(count), as many as the model has",
                    fix: "The model does not fit: correct the section model, or use the file of this model."
                )
            }
        }
    }

    private func participation(
        _ scenario: ResolvedScenario,
        population: Int,
        replay: [ParticipationRecord]?
    ) throws(ScenarioError) -> RunSpecification.Participation {
        if let replay { return .recorded(replay) }
        guard let path = scenario.round.cohorts else { return .selected(UniformCohortSelector()) }
        let selected = scenario.policy.selectedCount
        do throws(ScenarioFileError) {
            let cohorts = try ScenarioFiles.cohorts(path, cohort: selected)
            for (row, cohort) in cohorts.enumerated() {
                guard Set(cohort).count == cohort.count, cohort.allSatisfy({ Int($0.number) < population }) else {
                    throw .damaged("row \(row + 1) is not \(selected) different clients below \(population)")
                }
            }
            return .selected(ScheduledCohortSelector(cohorts))
        } catch {
            switch error {
            case .unreadable: throw .data("\(path): got no readable file, expected cohorts of \(selected) clients.")
            case .damaged(let reason): throw .data("\(path): got \(reason), expected fixed cohorts.")
            case .notFinite, .wrongCount:
                throw mistake(
                    "round.cohorts",
                    got: "a number of clients in \(path) that is no multiple of \(selected)",
                    expected: "rows of \(selected) 32-bit client numbers, one a round",
                    fix: "Set round.cohort to the length of a row."
                )
            }
        }
    }

    /// The digest of everything that decides the model: the resolved scenario with contents in the place of paths.
    private func configurationDigest(of scenario: ResolvedScenario) throws(ScenarioError) -> SHA256Digest {
        var unreadable: String?
        let text = scenario.text { path in
            if let digest = ScenarioFiles.digest(of: path) { return digest.hexadecimal }
            unreadable = path
            return path
        }
        if let unreadable { throw .data("\(unreadable): got no readable file.") }
        return SHA256Digest(hashing: Array(text.utf8))
    }

    /// The run's identity: as stated, or the first half of the scenario's digest.
    private static func runID(_ scenario: ResolvedScenario, digest: SHA256Digest) -> RunID {
        let digits = scenario.run ?? String(digest.hexadecimal.prefix(32))
        return RunID(high: UInt64(digits.prefix(16), radix: 16) ?? 0, low: UInt64(digits.suffix(16), radix: 16) ?? 0)
    }
}

extension ResolvedScenario {
    /// The round policy; the cohort is a number once the scenario is joined with its data.
    var policy: RoundPolicy {
        RoundPolicy(
            cohort: round.cohort.count(of: partition.clients ?? 0),
            overSelection: round.overSelection,
            dropout: round.dropout,
            quorum: round.quorum,
            deadlineMilliseconds: round.deadlineMilliseconds,
            attemptCountMax: round.attempts
        )
    }
}
