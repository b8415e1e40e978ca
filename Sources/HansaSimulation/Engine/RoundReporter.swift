import HansaCoordinator
import HansaCore
import HansaNumerics
import HansaQuantization
import HansaResults

/// What is known of an attempt beside its record and its plan.
struct RoundFigures {
    var summary: EvaluationSummary?
    var clients: ClientDistribution?
    var startingClients: ClientDistribution?
    var trainingLoss: Double?
    var drift: ClientDrift?
    var epsilon: Double?
    var isEpsilonNominal = false
}

/// Gathers what is measured of each attempt at a round.
struct RoundReporter {
    /// The lines so far.
    private(set) var lines: [RoundMetrics] = []
    /// How many attempts are reported, by this process or an earlier one.
    var attemptCount = 0
    /// Whether nothing was reported yet.
    private(set) var isFresh = true
    private var opening: RoundOpening?
    private var encoded: [ClientID: (saturated: Int, wasClipped: Bool, byteCount: Int, width: Int)] = [:]
    private var started = ContinuousClock.now
    /// Where the time of the attempt in progress goes.
    var phases = PhaseMeter()

    mutating func opened(_ opening: RoundOpening) {
        let isResumed = self.opening?.round == opening.round && self.opening?.attempt == opening.attempt
        self.opening = opening
        guard !isResumed else { return }
        encoded.removeAll()
        started = .now
        phases = PhaseMeter()
    }

    mutating func trained(_ update: EncodedUpdate, by client: ClientID) {
        // The second byte is the width, where a payload has one of its own.
        let width = update.payload.count > 1 ? Int(update.payload[1]) : 0
        encoded[client] = (update.saturatedCount, update.wasClipped, update.payload.count, width)
    }

    mutating func begin(_ line: RoundMetrics?, attemptCount: Int) {
        isFresh = false
        self.attemptCount = attemptCount
        if let line { lines.append(line) }
    }

    /// The line of an attempt that ended.
    mutating func close(
        _ record: ParticipationRecord,
        specification: RunSpecification,
        figures: RoundFigures,
        encodingShare: Double
    ) -> RoundMetrics {
        let isSeen = opening?.round == record.round && opening?.attempt == record.attempt
        let plans = (isSeen ? opening?.plans : Self.plans(of: record, specification: specification)) ?? [:]
        let reported = plans.reported
        let served = isSeen ? opening?.expected ?? [] : record.accepted.map { ClientID($0) }
        let schema = specification.schema
        func plan(of client: ClientID) -> RoundPlan? {
            plans.count == 1
                ? reported : plans[specification.role(of: client, round: record.round, attempt: record.attempt)]
        }
        let bytesDown = served.reduce(0) { $0 + (plan(of: $1)?.modelByteCount(schema: schema) ?? 0) }
        let bytesUp = record.accepted.map { ClientID($0) }.reduce(0) { sum, client in
            sum + (encoded[client]?.byteCount ?? plan(of: client)?.updateByteCount(schema: schema) ?? 0)
        }
        let counted = record.accepted.compactMap { encoded[ClientID($0)] }
        // Clients choose widths where the plan lets them, and the widths of clients that another process saw are not known.
        let form = reported?.insecureForm
        let paper = form.flatMap { _ in reported }
            .map { Self.paperBytes($0, schema: schema, widths: counted.map(\.width)) }
        let outcome: String
        switch record.outcome {
        case .committed: outcome = "committed"
        case .aborted(let reason): outcome = reason.rawValue
        }
        var line = RoundMetrics(
            round: record.round,
            attempt: record.attempt,
            outcome: outcome,
            selectedCount: record.selected.count,
            acceptedCount: record.accepted.count,
            accuracy: figures.summary?.accuracy,
            loss: figures.summary?.meanLoss,
            trainingLoss: figures.trainingLoss,
            bytesDown: bytesDown,
            bytesUp: bytesUp,
            floatBytesUp: 4 * schema.count * record.accepted.count,
            bitWidth: form?.widths.upperBound ?? reported?.up.map(\.bitWidth).max() ?? 0,
            saturatedCount: counted.reduce(0) { $0 + $1.saturated },
            clippedCount: counted.count { $0.wasClipped },
            clients: figures.clients,
            drift: figures.drift,
            epsilon: figures.epsilon,
            isEpsilonNominal: figures.isEpsilonNominal ? true : nil,
            seconds: (ContinuousClock.now - started) / .seconds(1),
            cost: phases.cost(encodingShare: encodingShare)
        )
        line.startingClients = figures.startingClients
        if let paper { (line.paperBytesDown, line.paperBytesUp) = paper }
        lines.append(line)
        attemptCount += 1
        return line
    }

    /// Σ d·b/8 over the clients, as AQ-DP's paper counts: without scales, headers and padding.
    private static func paperBytes(
        _ plan: RoundPlan,
        schema: ParameterSchema,
        widths: [Int]
    ) -> (down: Double, up: Double) {
        var bitsDown = 0
        for section in plan.down {
            bitsDown += section.bitWidth * schema.parameterRange(ofBlocks: section.blocks).count
        }
        let count = plan.updateParameterCount(schema: schema)
        let bitsUp = widths.reduce(0) { $0 + $1 * count }
        return (Double(bitsDown * widths.count) / 8, Double(bitsUp) / 8)
    }

    /// The plans of an attempt that an earlier process saw, for their byte counts, which no state of the strategy decides.
    private static func plans(
        of record: ParticipationRecord,
        specification: RunSpecification
    ) -> [ClientRole: RoundPlan]? {
        try? specification.plans(
            round: record.round,
            attempt: record.attempt,
            by: specification.strategy,
            model: specification.configurationDigest,
            modelVersion: 0
        )
    }
}

extension [ClientRole: RoundPlan] {
    /// The trainers' plan, the miners', or the only one.
    fileprivate var reported: RoundPlan? { self[.trainer] ?? self[.miner] ?? values.first }
}

extension SectionPlan {
    fileprivate var bitWidth: Int {
        switch encoding {
        case .float32: 32
        case .packed(_, let width): width.bits
        }
    }
}
