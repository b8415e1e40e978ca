/// One thing that a strategy does with updates or asks of clients, where it decides what the strategy goes together with.
///
/// A strategy names its own in ``Strategy/traits``; ``CompositionRule/all`` says what each means for noise, weights and
/// widths.
public enum StrategyTrait: String, CaseIterable, Hashable, Sendable {
    /// The coordinator looks at updates one by one, not only at their sum: medians, trimmed means, selection.
    case singleUpdates = "single-updates"
    /// It compares or limits whole updates by their norms, distances or angles: Krum, geometric median, clipping.
    case distances
    /// Parts of the model count more where their update is longer: FC-MoE's importance by norms.
    case normImportance = "norm-importance"
    /// Updates that point against each other are projected or weighted anew: FC-MoE, PCGrad.
    case conflictTest = "conflict-test"
    /// A client leaves out the parts of the model that it did not train, such as idle experts.
    case partialUpdates = "partial-updates"
    /// Clients say how often each part was used: tokens per expert.
    case loadCounts = "load-counts"
    /// Clients say their training loss, and it decides what their update counts: q-FedAvg.
    case losses
    /// Clients say how many steps they took, and it decides what their update counts: FedNova.
    case stepCounts = "step-counts"
    /// Clients send a second vector with their update, which nothing clips or charges: SCAFFOLD's c_i.
    case secondVector = "second-vector"
    /// Rounds have several kinds of payloads, each with its own bound, width and noise: FedAMD's bullseyes and miners.
    case severalReleases = "several-releases"
    /// Widths differ between clients of one round.
    case mixedWidths = "mixed-widths"
    /// A range, scale or width follows from a client's data, and nothing charges it: AQ-DP's paper mode.
    case dataChosenRanges = "data-chosen-ranges"
    /// The mean divides by what the accepted updates weigh together, not by a constant that is fixed beforehand.
    case realisedDenominator = "realised-denominator"
    /// Widths follow a schedule as far as local noise leaves room, and the noise is planned for each of them: AQ-DP.
    case noiseSetsWidths = "noise-sets-widths"
    /// A client keeps a vector from one of its rounds to the next.
    case clientMemory = "client-memory"
    /// The coordinator keeps a vector for each client.
    case coordinatorMemory = "coordinator-memory"
    /// It is there to repeat a paper whose privacy claim does not hold; real runs need the operator's word.
    case insecure
}

extension StrategyTrait {
    /// What the trait means, in one line.
    public var summary: String {
        switch self {
        case .singleUpdates: "reads single updates, not only their sum"
        case .distances: "compares or limits updates by norms, distances or angles"
        case .normImportance: "weighs parts of the model by the norm of their update"
        case .conflictTest: "projects or reweights updates that point against each other"
        case .partialUpdates: "leaves out parts of the model that a client did not train"
        case .loadCounts: "takes counts of how often each part was used"
        case .losses: "takes training losses as weights"
        case .stepCounts: "takes numbers of local steps as weights"
        case .secondVector: "takes a second vector with each update"
        case .severalReleases: "has several kinds of payloads, each with its own bound"
        case .mixedWidths: "lets widths differ between clients of a round"
        case .dataChosenRanges: "lets data choose a range, scale or width"
        case .realisedDenominator: "divides by the weight that was accepted"
        case .clientMemory: "keeps a vector on the client between its rounds"
        case .coordinatorMemory: "keeps a vector for each client on the coordinator"
        case .noiseSetsWidths: "plans width and noise together in each round"
        case .insecure: "repeats a paper whose privacy claim does not hold"
        }
    }
}
