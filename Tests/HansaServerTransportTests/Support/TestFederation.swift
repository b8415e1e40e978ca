import HansaAggregation
import HansaCoordinator
import HansaCore
import HansaNumerics
import HansaQuantization
import HansaServerTransport
import HansaStore
import HansaTesting
import HansaWire
import Logging

/// A run whose every client is asked in every round, behind a server on a free port, on files.
final class TestFederation: Sendable {
    /// The last of the clients, who misbehaves and is asked like all others: without its update no round closes.
    static let last = ClientID(4)

    let specification: RunSpecification
    let certificates: TestCertificates
    let service: CoordinatorService
    let server: CoordinatorServer
    private let folder: TemporaryState

    init(
        rounds: UInt32 = 3,
        parameterCount: Int = 27,
        limits: ServerLimits = ServerLimits(),
        certificates: TestCertificates? = nil
    ) async throws {
        let specification = try Self.specification(rounds: rounds, parameterCount: parameterCount)
        let folder = TemporaryState()
        let made = try certificates ?? TestCertificates(clients: Self.roster)
        let clock = ContinuousClock()
        let start = clock.now
        let service = try CoordinatorService(
            specification: specification,
            makeStore: { () throws(StoreError) in try DurableStore(folder: folder.path) },
            spool: FileSpool(stateFolder: folder.path),
            now: { UInt64(clamping: (clock.now - start).components.seconds * 1_000) },
            observer: { _ in }
        )
        self.specification = specification
        self.folder = folder
        self.certificates = made
        self.service = service
        server = try await CoordinatorServer.start(
            configuration: CoordinatorServer.Configuration(
                certificateChainPath: made.path("coordinator"),
                keyPath: made.key,
                clientAuthorityPath: made.path("ca"),
                roster: Self.roster,
                limits: limits
            ),
            service: service,
            logger: Self.logger
        )
    }

    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    static let roster = (0..<5).map { "client-\($0)" }

    static func specification(rounds: UInt32, parameterCount: Int) throws -> RunSpecification {
        let schema = try ParameterSchema([ParameterBlock(name: "w", shape: [parameterCount])])
        let strategy = try FederatedAveraging(
            StrategyConfiguration(
                work: LocalWork(epochs: 1, batchSize: 1, learningRate: 0.1),
                weighting: .samples(cap: 100),
                clip: .none,
                // 27 integers of 5 bits leave a padding bit.
                widths: .constant(try BitWidth(5)),
                ranges: [SectionRange(range: 1)],
                optimizer: .sgd(learningRate: 1),
                returnedFields: .trainingLoss
            )
        )
        return RunSpecification(
            run: RunID(high: 1, low: 2),
            seed: 1,
            population: 5,
            roundCount: rounds,
            policy: RoundPolicy(cohort: 5),
            participation: .selected(UniformCohortSelector()),
            strategy: strategy,
            schema: schema,
            initialParameters: (0..<parameterCount).map { Float($0 % 64) / 64 },
            configurationDigest: SHA256Digest(hashing: [1])
        )
    }

    /// The update that this client's data make of this work.
    func update(for assignment: Assignment, salt: UInt32 = 0) throws -> ClientUpdate {
        try .made(for: assignment, schema: specification.schema, salt: salt)
    }

    func peer(
        _ identity: String?,
        isOldTLS: Bool = false,
        receiveBufferByteCount: Int32? = nil
    ) throws -> TestPeer {
        try TestPeer(
            port: server.port,
            certificates: certificates,
            identity: identity,
            isOldTLS: isOldTLS,
            receiveBufferByteCount: receiveBufferByteCount
        )
    }

    /// A peer that has been welcomed.
    func client(_ number: UInt32) throws -> TestPeer {
        let peer = try peer(Self.roster[Int(number)])
        try peer.secure()
        try peer.greet()
        return peer
    }

    /// Takes part in the run to its end, honestly; returns the bytes of frames sent and received.
    func takePart(_ peer: TestPeer) throws -> (sent: Int, received: Int) {
        while let assignment = try peer.work() {
            let content = try peer.model(of: assignment)
            guard content.count == 4 * specification.schema.count else { throw TestPeer.Failure.unexpected(.model) }
            let answer = try peer.submit(update(for: assignment))
            guard answer == .accepted else { throw TestPeer.Failure.unexpected(.uploadAnswer) }
        }
        try peer.send(.goodbye(Goodbye()))
        guard peer.ending() == .closed else { throw TestPeer.Failure.unexpected(.goodbye) }
        return (peer.sentByteCount, peer.receivedByteCount)
    }

    /// Runs a bad peer's story while four clients play honestly; the bad one's number joins them after it, and the model
    /// must be the one that honest clients alone would have made.
    func whileOthersTakePart(_ story: @escaping @Sendable (TestFederation) throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<4 as Range<UInt32> {
                group.addTask { try await onThread { _ = try self.takePart(self.client(number)) } }
            }
            group.addTask {
                try await onThread {
                    try story(self)
                    _ = try self.takePart(self.client(Self.last.number))
                }
            }
            try await group.waitForAll()
        }
    }

    /// The digest of the model that the run makes with honest clients and nobody else.
    func undisturbedDigest() throws -> SHA256Digest {
        var engine = try RoundEngine(specification: specification, store: InMemoryStore(), now: 0)
        while !engine.isFinished {
            let updates = try (0..<5 as Range<UInt32>).compactMap { number -> ClientUpdate? in
                guard case .assignment(let assignment) = engine.requestWork(from: ClientID(number)) else { return nil }
                return try update(for: assignment)
            }
            _ = try engine.submit(updates, now: 0)
        }
        return engine.modelDigest
    }

    func end() async {
        await server.shutdown()
        await service.shutdown()
    }
}
