import HansaCore
import HansaDense
import HansaNumerics
import HansaQuantization

/// One client's part in one round, run by the Embedded probe and by a test of the ordinary build.
///
/// Both compare with the constants below, so a build or a processor whose bits differ is seen.
struct ProbeClient: Equatable {
    /// Why the client did not get to its end.
    enum Failure: Error {
        case training(DenseError)
        case lattice(QuantizationError)
        case pipeline(PipelineError)
    }

    /// The digests that every build and every processor must meet.
    static let expected = ProbeClient(
        trained: "83cb3240997a6a48f912a724f5058803d85479ae2a1976a03137988c61c1b3b2",
        trainedWithMomentum: "a9121c331be7edd7019fc7eb0eaa1b6b502560af0c18d11720d18e1f83744aa1",
        packed: "1a6da8d01989ba6de9cb954ada126c0204160ecce4eaf91a074f619a2f4d8040",
        packedWithinL1: "2ecaac8338e4b17b2b8b85a7d0471ad0122eb8eceb7be002e8a3948f14393489",
        packedWithinL2: "931e2f18f2116c5ec6ab13d03878cfc1fe1be8d9895289c9227d35a702fb39ac"
    )

    /// The model after three epochs of plain SGD.
    let trained: String
    /// The model after four more epochs of full batches with momentum and weight decay.
    let trainedWithMomentum: String
    /// The update in 8 bits with the sample count as its weight and no clip.
    let packed: String
    /// The same update, weighted on the client and clipped to an L1 norm, in 12 bits.
    let packedWithinL1: String
    /// The same update, clipped to an L2 norm, in 16 bits.
    let packedWithinL2: String

    private var digests: [String] { [trained, trainedWithMomentum, packed, packedWithinL1, packedWithinL2] }

    static func == (left: ProbeClient, right: ProbeClient) -> Bool {
        zip(left.digests, right.digests).allSatisfy { $0.isSame(as: $1) }
    }
}

extension ProbeClient {
    init() throws(Failure) {
        let architecture: DenseArchitecture
        let start: [Float]
        var parameters: [Float]
        let stream = RandomStream(seed: 1, round: 2, client: 3, purpose: .shuffling)
        let plain = LocalWork(epochs: 3, batchSize: 10, learningRate: 0.125)
        let full = LocalWork(epochs: 4, batchSize: 0, learningRate: 0.1, momentum: 0.9, weightDecay: 0.001)
        do throws(DenseError) {
            architecture = try DenseArchitecture(inputCount: 19, hiddenCounts: [33, 17], classCount: 3)
            start = architecture.initialParameters(seed: 7)
            parameters = start
            var trainer = try DenseTrainer(architecture: architecture, source: ProbeExamples())
            _ = try trainer.train(&parameters, work: plain, stream: stream)
            trained = SHA256Digest(schema: architecture.schema(), parameters: parameters).hexadecimal
            _ = try trainer.train(&parameters, work: full, stream: stream)
            trainedWithMomentum = SHA256Digest(schema: architecture.schema(), parameters: parameters).hexadecimal
        } catch {
            throw .training(error)
        }
        let packer = Packer(schema: architecture.schema(), start: start, trained: parameters, work: full)
        packed = try packer.digest(bits: 8, range: 1, weighting: .samples(cap: 50), clip: .none)
        packedWithinL1 = try packer.digest(
            bits: 12,
            range: 4,
            weighting: .samplesOnClient(cap: 100),
            clip: .l1(bound: 2)
        )
        packedWithinL2 = try packer.digest(bits: 16, range: 1, weighting: .uniform, clip: .l2(bound: 0.5))
    }

    /// Packs one update in several ways.
    private struct Packer {
        var schema: ParameterSchema
        var start: [Float]
        var trained: [Float]
        var work: LocalWork

        /// The digest of the payload under a plan of one section.
        func digest(bits: Int, range: Double, weighting: WeightRule, clip: ClipRule) throws(Failure) -> String {
            let lattice: Lattice
            let width: BitWidth
            do throws(QuantizationError) {
                width = try BitWidth(bits)
                lattice = try Lattice(covering: range, width: width)
            } catch {
                throw .lattice(error)
            }
            let blocks = 0..<schema.blocks.count
            let plan = RoundPlan(
                run: RunID(high: 1, low: 2),
                round: 2,
                attempt: 0,
                model: SHA256Digest(schema: schema, parameters: start),
                modelVersion: 1,
                work: work,
                weighting: weighting,
                clip: clip,
                down: [SectionPlan(blocks: blocks, encoding: .float32)],
                up: [SectionPlan(blocks: blocks, encoding: .packed(lattice, width))],
                deadlineMilliseconds: 1_000
            )
            var words = RandomStream(seed: 1, round: 2, client: 3, purpose: .rounding)
            do throws(PipelineError) {
                let update = try UpdatePipeline.encode(
                    local: trained,
                    received: start,
                    sampleCount: 61,
                    plan: plan,
                    schema: schema,
                    words: &words
                )
                return SHA256Digest(hashing: update.payload).hexadecimal
            } catch {
                throw .pipeline(error)
            }
        }
    }
}
