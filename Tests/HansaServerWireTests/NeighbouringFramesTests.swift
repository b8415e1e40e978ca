import HansaClientWire
import HansaCore
import HansaNumerics
import HansaPrivacy
import HansaQuantization
import HansaServerWire
import HansaWire
import Testing

/// What an observer of the line sees: how many frames there are, how long each is, of which kind, and in which order.
///
/// None of it may depend on what a client learned (PRIVACY.md §7).
@Suite("Frames of neighbouring updates")
struct NeighbouringFramesTests {
    /// One frame as an observer sees it.
    private struct Seen: Hashable {
        let isUp: Bool
        let kind: FrameKind
        let headByteCount: Int
        let dataByteCount: Int
    }

    /// What a client has at the end of its training.
    private struct Trained {
        var change: [Float]
        var sampleCount = 1
        var loss: Float = 0
    }

    private static let client = ClientID(3)
    private static let id = AssignmentID(round: 1, attempt: 0, client: client, fence: 1)

    private static func schema() throws -> ParameterSchema {
        try ParameterSchema([
            ParameterBlock(name: "w", shape: [700]), ParameterBlock(name: "b", shape: [9]),
        ])
    }

    /// Two sections of one width, with and without noise, under every placement.
    private static func plans() throws -> [(name: String, plan: RoundPlan)] {
        var plans: [(String, RoundPlan)] = []
        let laplace = NoiseMechanism.discreteLaplace(scale: try Ratio(200))
        let gaussian = NoiseMechanism.discreteGaussian(variance: try Ratio(90_000))
        let skellam = NoiseMechanism.skellam(variance: try Ratio(90_000))
        let noises: [(String, NoisePlan, ClipRule)] = [
            ("none", .none, .none),
            ("clipped", .none, .l1(bound: 1)),
            ("local laplace", .added(Noise(mechanism: laplace, placement: .local)), .l1(bound: 1)),
            ("local gaussian", .added(Noise(mechanism: gaussian, placement: .local)), .l2(bound: 1)),
            ("distributed", .added(Noise(mechanism: skellam, placement: .distributed(cohortMin: 5))), .l2(bound: 1)),
            ("central", .added(Noise(mechanism: gaussian, placement: .central)), .l2(bound: 1)),
        ]
        for bits in [16, 24] {
            for (name, noise, clip) in noises {
                for weighting in [WeightRule.uniform, .samplesOnClient(cap: 100)] {
                    plans.append(
                        ("\(name), \(bits) bits", try plan(noise, clip: clip, weighting: weighting, bits: bits))
                    )
                }
            }
        }
        return plans
    }

    private static func plan(
        _ noise: NoisePlan,
        clip: ClipRule,
        weighting: WeightRule,
        bits: Int
    ) throws -> RoundPlan {
        let width = try BitWidth(bits)
        let lattice = try Lattice(step: 0.001, bound: width.magnitudeMax)
        let schema = try schema()
        return RoundPlan(
            run: RunID(high: 1, low: 2),
            round: 1,
            attempt: 0,
            model: SHA256Digest(schema: schema, parameters: [Float](repeating: 0, count: schema.count)),
            modelVersion: 0,
            work: LocalWork(epochs: 1, batchSize: 0, learningRate: 0.5, shuffles: false),
            weighting: weighting,
            clip: clip,
            noise: noise,
            down: [SectionPlan(blocks: 0..<2, encoding: .float32)],
            up: [0..<1, 1..<2].map { SectionPlan(blocks: $0, encoding: .packed(lattice, width)) },
            deadlineMilliseconds: 1000,
            requiredCapabilities: [.packedIntegers, .integerNormBounds, .exactNoise]
        )
    }

    /// The neighbours: nothing learned, everything in one place or the other way round, little everywhere, far too much.
    private static func neighbours(count: Int) -> [Trained] {
        var corner = [Float](repeating: 0, count: count)
        corner[0] = 1
        return [
            Trained(change: [Float](repeating: 0, count: count)),
            Trained(change: corner, sampleCount: 300, loss: 3.5),
            Trained(change: corner.map { -$0 }, sampleCount: 70_000),
            Trained(change: corner.reversed(), loss: -1e30),
            Trained(change: [Float](repeating: 1e-4, count: count), sampleCount: 100),
            Trained(change: (0..<count).map { $0 % 2 == 0 ? 1e30 : -1e30 }, sampleCount: 99, loss: .infinity),
        ]
    }

    /// The client's pipeline and session against the coordinator's session, over bytes.
    private static func frames(_ trained: Trained, plan: RoundPlan, schema: ParameterSchema) throws -> [Seen] {
        let model = [Float](repeating: 0, count: schema.count)
        var words = RandomStream(seed: 8, purpose: .rounding)
        let encoded = try UpdatePipeline.encode(
            local: trained.change,
            received: model,
            sampleCount: trained.sampleCount,
            plan: plan,
            schema: schema,
            words: &words,
            noiseKey: try NoiseKey.client(id, plan: plan, seed: nil)
        )
        let update = ClientUpdate(
            report: UpdateReport(
                assignment: id,
                planDigest: plan.digest,
                sampleCount: encoded.declaredSampleCount,
                trainingLoss: plan.returnedFields.contains(.trainingLoss) ? trained.loss : nil,
                payloadDigest: SHA256Digest(hashing: encoded.payload)
            ),
            payload: encoded.payload
        )
        let sections = plan.up.map {
            UInt64($0.byteCount(parameterCount: schema.parameterRange(ofBlocks: $0.blocks).count))
        }
        var client = ClientSession(configuration: ClientSession.Configuration(build: "test"))
        var server = ServerSession(
            configuration: ServerSession.Configuration(run: plan.run, chunkByteCountMax: 256, windowByteCount: 1024),
            client: Self.client,
            nonce: [UInt8](repeating: 2, count: 32),
            resumeToken: [UInt8](repeating: 3, count: 32)
        )
        var seen: [Seen] = []
        var spooledByteCount: UInt64 = 0
        var answer: SubmissionAnswer?
        client.requestWork()
        client.connect(nonce: [UInt8](repeating: 1, count: 32))
        for _ in 0..<200 where answer == nil {
            while let frame = client.nextFrame() {
                seen.append(try Self.seen(frame.head, frame.data, isUp: true))
                for event in try Array(frame.head + frame.data).withUnsafeBytes({ try server.receive($0) }) {
                    switch event {
                    case .workRequested:
                        server.answerWork(
                            .assigned(id, plan: plan.canonicalBytes, schema: schema.canonicalBytes),
                            isRepeated: false
                        )
                    case .modelRequested(let request):
                        let content = [UInt8](repeating: 0, count: 4 * schema.count)
                        server.answerModel(request, content: content, isRepeated: false)
                    case .uploadBegan: _ = server.grantUpload(id, offset: 0, isRepeated: false)
                    case .uploadBytes(_, let bytes): spooledByteCount += UInt64(bytes.count)
                    case .uploadComplete: server.answerUpload(UploadAnswer(assignment: id, answer: .accepted))
                    case .opened: break
                    case .withdrawn, .goodbye, .refused: Issue.record("unexpected \(event)")
                    }
                }
            }
            while let frame = server.nextFrame() {
                seen.append(try Self.seen(frame.head, frame.data, isUp: false))
                for event in try Array(frame.head + frame.data).withUnsafeBytes({ try client.receive($0) }) {
                    switch event {
                    case .workAnswered(.assignment(let assignment), let schema):
                        client.fetchModel(of: assignment, schema: try #require(schema))
                    case .modelReady: client.submit(update, sectionByteCounts: sections)
                    case .submissionAnswered(_, let given, _): answer = given
                    case .welcomed: break
                    default: Issue.record("unexpected \(event)")
                    }
                }
            }
        }
        #expect(answer == .accepted)
        #expect(spooledByteCount == sections.reduce(0, +))
        return seen
    }

    private static func seen(_ head: [UInt8], _ data: ArraySlice<UInt8>, isUp: Bool) throws -> Seen {
        let header = try FrameHeader(Array(head.prefix(WireLimits.headerByteCount)))
        return Seen(isUp: isUp, kind: header.kind, headByteCount: head.count, dataByteCount: data.count)
    }

    @Test("are as many, as long, of the same kinds and in the same order, under every placement")
    func framesDoNotTell() throws {
        let schema = try Self.schema()
        for (name, plan) in try Self.plans() {
            let neighbours = Self.neighbours(count: schema.count)
            let first = try Self.frames(neighbours[0], plan: plan, schema: schema)
            // 709 coordinates of 2 or 3 bytes in chunks of 256.
            #expect(first.count { $0.kind == .uploadChunk } >= 6, Comment(rawValue: name))
            for neighbour in neighbours.dropFirst() where plan.clip != .none || neighbour.loss.isFinite {
                #expect(try Self.frames(neighbour, plan: plan, schema: schema) == first, Comment(rawValue: name))
            }
        }
    }
}
