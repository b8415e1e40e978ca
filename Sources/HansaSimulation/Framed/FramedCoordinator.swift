import HansaCoordinator
import HansaCore
import HansaNumerics
import HansaResults
import HansaServerWire
import HansaWire

/// What the coordinator's side of a framed simulation keeps beside the engine: which exchanges were begun, parts of
/// updates, and the bytes of connections that ended.
struct FramedCoordinator {
    private let configuration: ServerSession.Configuration
    private let schema: ParameterSchema
    private let schemaBytes: [UInt8]
    /// Forgotten by a crash.
    private var exchanges: [ClientID: ExchangeLog] = [:]
    /// Updates whose connections broke before the last chunk, as a deployment keeps them on disk.
    private var parts: [AssignmentID: (digest: SHA256Digest, bytes: [UInt8])] = [:]
    /// The encoding of the newest model that was asked for.
    private var content: (digest: SHA256Digest, bytes: [UInt8])?
    private var nonceCount: UInt64 = 0
    /// Where connections break.
    private var breaks: RandomStream
    private var received = ByteCounts()
    private var sent = ByteCounts()
    private var clients = WireTraffic.Side()
    /// What the counted contributions take undisturbed.
    private var counted = WireTraffic.Pair()
    private var opening: RoundOpening?
    /// Its plans, with their digests.
    private var plans: [(digest: SHA256Digest, plan: RoundPlan)] = []
    /// The memory rounds that clients were told in this round.
    private var memoryRounds: [ClientID: UInt32] = [:]
    /// The headers of the round's updates that arrived whole.
    private var arrived: [AssignmentID: UpdateReport] = [:]
    /// The lengths of their payloads.
    private var arrivedByteCounts: [AssignmentID: Int] = [:]

    init(_ settings: FramedSettings, run: RunID, schema: ParameterSchema, seed: UInt64) {
        configuration = ServerSession.Configuration(
            run: run,
            chunkByteCountMax: settings.chunkByteCountMax,
            windowByteCount: settings.windowByteCount,
            // Virtual clients are woken by rounds; nobody waits on a connection.
            contact: .stay
        )
        self.schema = schema
        schemaBytes = schema.canonicalBytes
        breaks = RandomStream(seed: seed, round: 4, purpose: .faults)
    }

    mutating func makeSession(for client: ClientID) -> ServerSession {
        ServerSession(configuration: configuration, client: client, nonce: nextNonce(), resumeToken: nextNonce())
    }

    /// 32 bytes that were never used before: nothing but freshness is asked of them here.
    mutating func nextNonce() -> [UInt8] {
        nonceCount += 1
        var writer = ByteWriter()
        writer.writeRaw(Array("hansa simulated nonce".utf8))
        writer.write(nonceCount)
        return SHA256Digest(hashing: writer.bytes).bytes
    }

    /// After how many frames the next connection breaks.
    mutating func nextBreak() -> Int { Int(breaks.next(below: 6)) }

    /// Whether an exchange was begun before by this process.
    mutating func begin(_ kind: ExchangeKind, _ assignment: AssignmentID) -> Bool {
        exchanges[assignment.client, default: ExchangeLog()].begin(kind, assignment)
    }

    /// Work as it goes over the wire.
    mutating func work(_ assignment: Assignment) -> Work {
        memoryRounds[assignment.id.client] = assignment.memoryRound
        return .assigned(
            assignment.id,
            plan: assignment.plan.canonicalBytes,
            schema: schemaBytes,
            memoryRound: assignment.memoryRound
        )
    }

    /// The byte counts that an update is announced with: those of its plan, which clients keep beside their updates.
    func sectionByteCounts(of update: ClientUpdate) -> [UInt64] {
        guard let plan = plan(update.report.planDigest) else { return [UInt64(update.payload.count)] }
        return plan.sectionByteCounts(
            schema: schema,
            expertLoads: update.report.expertLoads,
            payloadByteCount: update.payload.count
        )
    }

    /// The plan of the round in progress with that digest.
    private func plan(_ digest: SHA256Digest) -> RoundPlan? { plans.first { $0.digest == digest }?.plan }

    /// The bytes that a model travels as, made once for all clients.
    mutating func content(of digest: SHA256Digest, encoded: (SHA256Digest) -> [UInt8]?) -> [UInt8]? {
        if let content, content.digest == digest { return content.bytes }
        guard let bytes = encoded(digest) else { return nil }
        content = (digest, bytes)
        return bytes
    }

    /// How much of an update is here.
    func offset(_ report: UpdateReport) -> UInt64 {
        guard let part = parts[report.assignment], part.digest == report.payloadDigest else { return 0 }
        return UInt64(part.bytes.count)
    }

    mutating func append(_ bytes: [UInt8], at offset: UInt64, of report: UpdateReport) {
        if offset == 0 { parts[report.assignment] = (report.payloadDigest, []) }
        parts[report.assignment]?.bytes.append(contentsOf: bytes)
    }

    /// The whole update, which is not a part any more.
    mutating func take(_ report: UpdateReport) -> ClientUpdate {
        arrived[report.assignment] = report
        let payload = parts.removeValue(forKey: report.assignment)?.bytes ?? []
        arrivedByteCounts[report.assignment] = payload.count
        return ClientUpdate(report: report, payload: payload)
    }

    /// A round began: parts of others are forgotten.
    mutating func roundOpened(_ opening: RoundOpening) {
        let isResumed = self.opening?.round == opening.round && self.opening?.attempt == opening.attempt
        self.opening = opening
        guard !isResumed else { return }
        arrived.removeAll()
        arrivedByteCounts.removeAll()
        memoryRounds.removeAll()
        plans = opening.plans.values.map { ($0.digest, $0) }
        parts = parts.filter { $0.key.round == opening.round && $0.key.attempt == opening.attempt }
    }

    /// An attempt ended: adds what its contributions take undisturbed.
    mutating func ended(_ record: ParticipationRecord) {
        guard case .committed = record.outcome, let opening, opening.round == record.round,
            opening.attempt == record.attempt
        else { return }
        for report in arrived.values where record.accepted.contains(report.assignment.client.number) {
            guard let plan = plan(report.planDigest) else { continue }
            let exchange = UndisturbedExchange(
                plan: plan,
                schema: schema,
                report: report,
                memoryRound: memoryRounds[report.assignment.client] ?? 0,
                updateByteCount: arrivedByteCounts[report.assignment],
                modelByteCount: plan.modelByteCount(schema: schema),
                configuration: configuration
            )
            counted.up &+= exchange.up.training
            counted.down &+= exchange.down.training
        }
    }

    /// The process died: what it only remembered is gone.
    mutating func crashed() { exchanges = [:] }

    mutating func ended(_ session: ServerSession) {
        received += session.received
        sent += session.sent
    }

    /// A client's process ended, and with it its connection and its counts.
    mutating func died(_ link: inout FramedLink) {
        link.breakUp(&self)
        clients += WireTraffic.Side(up: .init(link.sent), down: .init(link.received))
    }

    var traffic: WireTraffic {
        WireTraffic(coordinator: .init(up: .init(received), down: .init(sent)), clients: clients, counted: counted)
    }
}

extension WireTraffic.Direction {
    init(_ counts: ByteCounts) {
        self.init(training: counts.training, liveness: counts.liveness, repeated: counts.repeated)
    }
}
