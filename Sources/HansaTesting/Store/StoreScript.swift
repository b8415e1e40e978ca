import HansaAccounting
import HansaAggregation
import HansaCoordinator
import HansaCore
import HansaNumerics
import HansaQuantization
import HansaResults

/// A short run as a list of calls, with what a store must recover after each: two committed rounds and an aborted one.
struct StoreScript {
    /// What a call does, as far as the checker must know.
    enum Kind {
        case create
        case open
        /// Stores updates or ends their collection: allowed at any time while its round is open.
        case collect
        /// A later step of the close.
        case end
    }

    /// One call, and the state it leaves.
    struct Step {
        var name: String
        /// The round attempt it belongs to, counted from 1; 0 for the start of the run.
        var part: Int
        var kind: Kind
        var call: (any CoordinatorStore) throws(StoreError) -> Void
        var after: RecoveredRun?
        /// How many of the script's updates have been made durable.
        var durableCount: Int
        /// How many of the script's ledger lines have been made durable.
        var lineCount: Int
    }

    static let run = RunID(high: 0x0123_4567_89AB_CDEF, low: 7)
    static let configuration = SHA256Digest(hashing: [1])
    static let foreignConfiguration = SHA256Digest(hashing: [2])

    private(set) var steps: [Step] = []
    /// Every update of the script with its payload.
    private(set) var updates: [(update: StoredUpdate, payload: [UInt8])] = []
    /// Every line of the script's ledger; the store does not read them.
    private(set) var lines: [LedgerLine] = []
    private let schema: ParameterSchema
    private var state: RecoveredRun?
    private var part = 0

    init?() {
        let blocks = [
            ParameterBlock(name: "layers.0.weight", shape: [3, 2]), ParameterBlock(name: "layers.0.bias", shape: [3]),
        ]
        guard let schema = try? ParameterSchema(blocks) else { return nil }
        self.schema = schema
        let initial = checkpoint(version: 0, round: 0)
        state = RecoveredRun(checkpoint: initial, progress: nil, participation: [])
        step("create", .create) { store throws(StoreError) in
            try store.create(run: Self.run, configurationDigest: Self.configuration, initial: initial)
        }
        addRound(1, attempt: 0, abort: nil)
        addRound(2, attempt: 0, abort: .belowQuorum)
        addRound(2, attempt: 1, abort: nil)
    }

    /// The checkpoint that the script makes current as `version`.
    func checkpoint(version: UInt64, round: UInt32) -> Checkpoint {
        let parameters = (0..<schema.count).map { Float($0) * 0.25 + Float(version) }
        return Checkpoint(
            version: version,
            round: round,
            schema: schema,
            parameters: parameters,
            strategyState: [
                StateTensor(name: "optimizer.momentum", values: parameters.map { -$0 }),
                StateTensor(name: "empty", values: []), StateTensor(name: "a", values: []),
            ]
        )
    }

    func opening(round: UInt32, attempt: UInt32, modelVersion: UInt64) -> RoundOpening {
        let clients = [ClientID(5), ClientID(2), ClientID(9)]
        let plan = RoundPlan(
            run: Self.run,
            round: round,
            attempt: attempt,
            model: checkpoint(version: modelVersion, round: UInt32(truncatingIfNeeded: modelVersion)).modelDigest,
            modelVersion: modelVersion,
            work: LocalWork(epochs: 1, batchSize: 4, learningRate: 0.5),
            weighting: .samples(cap: 100),
            clip: .none,
            down: [SectionPlan(blocks: 0..<2, encoding: .float32)],
            up: [SectionPlan(blocks: 0..<2, encoding: .float32)],
            deadlineMilliseconds: 1000
        )
        return RoundOpening(
            round: round,
            attempt: attempt,
            modelVersion: modelVersion,
            selected: clients,
            plans: [.trainer: plan],
            expected: [ClientID(5), ClientID(2)]
        )
    }

    static func update(
        _ opening: RoundOpening,
        client: ClientID,
        payload: [UInt8]
    ) -> (update: StoredUpdate, payload: [UInt8]) {
        let report = UpdateReport(
            assignment: AssignmentID(round: opening.round, attempt: opening.attempt, client: client, fence: 0),
            planDigest: opening.plans[.trainer]?.digest ?? configuration,
            sampleCount: 12,
            trainingLoss: client.number == 2 ? 0.5 : nil,
            payloadDigest: SHA256Digest(hashing: payload)
        )
        return (StoredUpdate(report: report, weight: 12), payload)
    }

    private mutating func addRound(_ round: UInt32, attempt: UInt32, abort: ParticipationRecord.AbortReason?) {
        guard let version = state?.checkpoint.version else { return }
        part += 1
        let name = "round \(round) attempt \(attempt)"
        let opening = opening(round: round, attempt: attempt, modelVersion: version)
        state?.progress = RoundProgress(opening: opening, updates: [])
        step("\(name): open", .open) { store throws(StoreError) in try store.open(opening) }
        let first = Self.update(opening, client: ClientID(5), payload: (0..<40).map { UInt8($0) })
        let second = Self.update(opening, client: ClientID(2), payload: [UInt8(truncatingIfNeeded: round)])
        let third = Self.update(opening, client: ClientID(9), payload: [])
        for batch in [[first, second], [third]] {
            updates += batch
            state?.progress?.updates += batch.map(\.update)
            let lines = addLines(batch.count)
            step("\(name): append \(batch.count)", .collect) { store throws(StoreError) in
                try store.append(batch, files: [:], ledger: lines)
            }
        }
        let charges = addLines(1)
        step("\(name): charge what was refused", .collect) { store throws(StoreError) in
            try store.append([], files: [:], ledger: charges)
        }
        step("\(name): append again", .collect) { store throws(StoreError) in try store.append([second, first]) }
        let accepted = abort == nil ? [second, first].map(\.update.report.assignment) : []
        let closing = RoundClosing(round: round, attempt: attempt, accepted: accepted, abort: abort)
        state?.progress?.closing = closing
        step("\(name): close", .collect) { store throws(StoreError) in try store.close(closing) }
        let record = ParticipationRecord(
            round: round,
            attempt: attempt,
            population: 10,
            selected: opening.selected.map(\.number),
            accepted: accepted.map(\.client.number),
            outcome: .aborted(abort ?? .stopped)
        )
        if abort == nil {
            addCommit(name, round: round, attempt: attempt, record: record, planDigest: first.update.report.planDigest)
        } else {
            state?.participation.append(record)
            state?.progress = nil
            step("\(name): abort", .end) { store throws(StoreError) in try store.recordAbort(record) }
        }
        step("\(name): delete payloads", .end) { store throws(StoreError) in
            try store.deletePayloads(round: round, attempt: attempt)
        }
    }

    private mutating func addCommit(
        _ name: String,
        round: UInt32,
        attempt: UInt32,
        record: ParticipationRecord,
        planDigest: SHA256Digest
    ) {
        guard let version = state?.checkpoint.version else { return }
        let next = checkpoint(version: version + 1, round: round)
        let entry = ReleaseEntry(
            round: round,
            attempt: attempt,
            version: next.version,
            planDigest: planDigest,
            noise: .none,
            noiseSeed: [9, 8, 7]
        )
        state?.progress?.release = entry
        let lines = addLines(1)
        step("\(name): release", .end) { store throws(StoreError) in try store.recordRelease(entry, ledger: lines) }
        step("\(name): checkpoint", .end) { store throws(StoreError) in try store.writeCheckpoint(next) }
        step("\(name): checkpoint again", .end) { store throws(StoreError) in try store.writeCheckpoint(next) }
        var record = record
        record.outcome = .committed(version: next.version, digest: next.modelDigest.hexadecimal)
        state?.checkpoint = next
        state?.progress = nil
        state?.participation.append(record)
        step("\(name): make current", .end) { [record] store throws(StoreError) in
            try store.makeCurrent(version: next.version, participation: record)
        }
    }

    /// The next lines of the ledger.
    private mutating func addLines(_ count: Int) -> [LedgerLine] {
        let added = (0..<count).map { offset in
            LedgerLine(index: UInt64(lines.count + offset), bytes: Array("line \(lines.count + offset)".utf8))
        }
        lines += added
        return added
    }

    private mutating func step(
        _ name: String,
        _ kind: Kind,
        _ call: @escaping (any CoordinatorStore) throws(StoreError) -> Void
    ) {
        steps.append(
            Step(
                name: name,
                part: part,
                kind: kind,
                call: call,
                after: state,
                durableCount: updates.count,
                lineCount: lines.count
            )
        )
    }
}
