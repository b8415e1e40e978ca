#if !hasFeature(Embedded)
public import HansaCore
public import HansaNumerics
import HansaQuantization

/// A client's part of one round under the plan's algorithm: where training starts, which steps are taken, what is sent,
/// and what is remembered.
///
/// The simulator's workers and `hansa-client`'s exact trainer both make one for an assignment, so that one piece of code
/// is FedAMD's anchor and miner, SCAFFOLD's client, and so on. Its order: make it, ``train(_:stream:)``,
/// encode the update against ``reference``, ``remember(_:)``.
public struct LocalRound {
    public let assignment: Assignment
    let schema: ParameterSchema
    /// The model as it was received.
    let received: [Float]
    /// The vector that came behind it.
    let companion: [Float]?
    let entry: ClientMemory.Entry?
    /// What the update is the difference to: where training started, or zeros where the update is a gradient.
    public private(set) var reference: [Float]
    /// What training leaves to be remembered, where that does not depend on the encoded update.
    private var remembered: [UInt8]?
    /// What AQ-DP's paper mode learned while it trained.
    var insecureFacts: InsecureTrainingFacts?

    /// - Parameters:
    ///   - model: the received parameters in schema order, and behind them the companion where the plan has one.
    ///   - memory: what the client remembers.
    public init(
        _ assignment: Assignment,
        schema: ParameterSchema,
        model: [Float],
        memory: ClientMemory
    ) throws(RefusalReason) {
        let algorithm = assignment.plan.algorithm
        guard model.count == schema.count * (algorithm.hasCompanion ? 2 : 1) else { throw .modelMismatch }
        self.assignment = assignment
        self.schema = schema
        received = algorithm.hasCompanion ? Array(model[..<schema.count]) : model
        companion = algorithm.hasCompanion ? Array(model[schema.count...]) : nil
        entry = try memory.entry(for: assignment)
        reference = algorithm.sendsGradient ? [Float](repeating: 0, count: schema.count) : received
        try start()
    }

    /// The parameters that training starts from: the model, with what the client keeps of its own.
    public var startParameters: [Float] { assignment.plan.algorithm.sendsGradient ? received : reference }

    /// The client's own model: what it would use itself.
    public var ownParameters: [Float] {
        if case .personalModel = assignment.plan.algorithm { return ownControl ?? received }
        return startParameters
    }

    /// Follows the plan's algorithm; what it leaves is to be encoded against ``reference``.
    ///
    /// - Parameter stream: draws batches; the same stream gives the same training.
    public mutating func train<Trainer: GradientTrainer>(
        _ trainer: inout Trainer,
        stream: RandomStream
    ) throws(Trainer.Failure) -> TrainedModel {
        let work = assignment.plan.work
        var parameters = startParameters
        var stream = stream
        let summary: TrainingSummary
        switch assignment.plan.algorithm {
        case .descent, .retention, .personalBlocks:
            summary = try trainer.train(&parameters, work: work, stream: stream)
        case .gradient(let exampleCountMax, _):
            summary = try gradient(&parameters, &trainer, exampleCountMax: Int(exampleCountMax), &stream)
        case .recursiveGradient:
            summary = try recursiveSteps(&parameters, &trainer, &stream)
        case .controlVariates:
            summary = try controlledSteps(&parameters, &trainer, &stream)
        case .personalModel(let proximal):
            summary = try trainer.train(&parameters, work: work, stream: stream)
            try trainPersonalModel(&trainer, proximal: proximal, &stream)
        case .insecureScaled(let form):
            summary = try insecureSteps(&parameters, &trainer, form: form, &stream)
        }
        var trained = TrainedModel(parameters: parameters, summary: summary, sampleCount: trainer.exampleCount)
        trained.expertLoads = trainer.expertLoads
        keepParts(of: trained)
        return trained
    }

    /// What the client remembers once this update is recorded; nil where the plan asks for no memory.
    ///
    /// - Parameter payload: the encoded update, before a difference is made of it.
    public func remember(_ payload: [UInt8]) -> ClientMemory? {
        guard assignment.plan.algorithm.memory != .none else { return nil }
        let bytes: [UInt8]
        switch assignment.plan.algorithm {
        case .gradient: bytes = payload
        case .controlVariates: bytes = controlBytes(after: payload)
        default: bytes = remembered ?? entry?.bytes ?? []
        }
        let pending = ClientMemory.Entry(run: assignment.plan.run, round: assignment.id.round, bytes: bytes)
        return ClientMemory(committed: entry, pending: pending)
    }

    // MARK: - Where training starts

    private mutating func start() throws(RefusalReason) {
        guard let entry else { return }
        switch assignment.plan.algorithm {
        case .retention(let retention):
            guard let kept = RetainedExperts(bytes: entry.bytes, schema: schema) else { return }
            kept.reanchor(&reference, retention: retention, consensus: companion, schema: schema)
        case .personalBlocks:
            guard let kept = Self.floats(entry.bytes) else { return }
            var next = 0
            for (index, block) in schema.blocks.enumerated() where block.role == .local {
                let range = schema.parameterRange(ofBlock: index)
                guard next + range.count <= kept.count else { throw .missingState }
                reference.replaceSubrange(range, with: kept[next..<next + range.count])
                next += range.count
            }
        default: break
        }
    }

    private mutating func keepParts(of trained: TrainedModel) {
        switch assignment.plan.algorithm {
        case .retention:
            remembered =
                RetainedExperts(
                    received: received,
                    start: reference,
                    trained: trained.parameters,
                    loads: trained.expertLoads,
                    schema: schema
                ).bytes
        case .personalBlocks:
            var kept: [Float] = []
            for (index, block) in schema.blocks.enumerated() where block.role == .local {
                kept.append(contentsOf: trained.parameters[schema.parameterRange(ofBlock: index)])
            }
            remembered = Self.bytes(kept)
        default: break
        }
    }

    // MARK: - FedAMD

    /// The anchor's gradient at the received model, in place of the parameters.
    private func gradient<Trainer: GradientTrainer>(
        _ parameters: inout [Float],
        _ trainer: inout Trainer,
        exampleCountMax: Int,
        _ stream: inout RandomStream
    ) throws(Trainer.Failure) -> TrainingSummary {
        var examples = [UInt32](0..<UInt32(clamping: trainer.exampleCount))
        if exampleCountMax > 0, exampleCountMax < examples.count {
            stream.shuffle(&examples)
            examples.removeLast(examples.count - exampleCountMax)
        }
        var gradient = [Float](repeating: 0, count: parameters.count)
        let loss = try trainer.gradient(at: parameters, of: examples, word: stream.next64(), into: &gradient)
        parameters = gradient
        return TrainingSummary(stepCount: 1, meanLoss: loss)
    }

    /// The miner's steps: x₁ = x₀ − ηḡ, and then v ← v + ∇f(x_k; B) − ∇f(x_{k−1}; B), x ← x − ηv.
    ///
    /// The paper's first step has a batch whose two gradients cancel; it is left out, with the same result.
    private func recursiveSteps<Trainer: GradientTrainer>(
        _ parameters: inout [Float],
        _ trainer: inout Trainer,
        _ stream: inout RandomStream
    ) throws(Trainer.Failure) -> TrainingSummary {
        let work = assignment.plan.work
        var direction = companion ?? []
        var previous = parameters
        var (new, old) = (direction, direction)
        var batches = BatchSequence(exampleCount: trainer.exampleCount, batchSize: Int(work.batchSize))
        FlatVector.subtract(direction, times: work.learningRate, from: &parameters)
        var loss = 0.0
        for _ in 1..<max(1, work.stepCountMax) {
            let batch = batches.next(&stream)
            let word = stream.next64()
            loss += try trainer.gradient(at: parameters, of: batch, word: word, into: &new)
            _ = try trainer.gradient(at: previous, of: batch, word: word, into: &old)
            FlatVector.add(new, minus: old, to: &direction)
            previous = parameters
            FlatVector.subtract(direction, times: work.learningRate, from: &parameters)
        }
        let count = Int(work.stepCountMax)
        return TrainingSummary(stepCount: count, meanLoss: loss / Double(max(1, count - 1)))
    }

    // MARK: - SCAFFOLD

    /// y ← y − η(g(y) − c_i + c).
    private func controlledSteps<Trainer: GradientTrainer>(
        _ parameters: inout [Float],
        _ trainer: inout Trainer,
        _ stream: inout RandomStream
    ) throws(Trainer.Failure) -> TrainingSummary {
        let work = assignment.plan.work
        var correction = companion ?? []
        if let own = ownControl { FlatVector.subtract(own, times: 1, from: &correction) }
        var gradient = [Float](repeating: 0, count: parameters.count)
        var batches = BatchSequence(exampleCount: trainer.exampleCount, batchSize: Int(work.batchSize))
        var loss = 0.0
        for _ in 0..<work.stepCountMax {
            let batch = batches.next(&stream)
            loss += try trainer.gradient(at: parameters, of: batch, word: stream.next64(), into: &gradient)
            FlatVector.subtract(gradient, times: work.learningRate, from: &parameters)
            FlatVector.subtract(correction, times: work.learningRate, from: &parameters)
        }
        let count = Int(work.stepCountMax)
        return TrainingSummary(stepCount: count, meanLoss: loss / Double(max(1, count)))
    }

    private var ownControl: [Float]? {
        guard let entry, let floats = Self.floats(entry.bytes), floats.count == schema.count else { return nil }
        return floats
    }

    /// c_i⁺ = c_i − c − Δ/(Kη), with Δ as the coordinator reads it, so that both sides move by the same numbers.
    private func controlBytes(after payload: [UInt8]) -> [UInt8] {
        let work = assignment.plan.work
        guard let delta = try? ModelCoding.decode(payload, sections: assignment.plan.up, schema: schema) else {
            return []
        }
        var control = ownControl ?? [Float](repeating: 0, count: schema.count)
        if let companion { FlatVector.subtract(companion, times: 1, from: &control) }
        FlatVector.subtract(delta, times: 1 / (Float(work.stepCountMax) * work.learningRate), from: &control)
        return Self.bytes(control)
    }

    // MARK: - Ditto

    /// v ← v − η(∇F(v) + λ(v − w)), over the work's epochs, from the client's own model.
    private mutating func trainPersonalModel<Trainer: GradientTrainer>(
        _ trainer: inout Trainer,
        proximal: Float,
        _ stream: inout RandomStream
    ) throws(Trainer.Failure) {
        let work = assignment.plan.work
        var own = ownControl ?? received
        var gradient = [Float](repeating: 0, count: own.count)
        var batches = BatchSequence(exampleCount: trainer.exampleCount, batchSize: Int(work.batchSize))
        let perEpoch = batches.countPerEpoch
        var count = perEpoch * Int(work.epochs)
        if work.stepCountMax > 0 { count = min(count, Int(work.stepCountMax)) }
        for _ in 0..<count {
            let batch = batches.next(&stream)
            _ = try trainer.gradient(at: own, of: batch, word: stream.next64(), into: &gradient)
            for index in own.indices {
                own[index] -= work.learningRate * (gradient[index] + proximal * (own[index] - received[index]))
            }
        }
        remembered = Self.bytes(own)
    }

    // MARK: - Bytes

    static func bytes(_ floats: [Float]) -> [UInt8] { floats.withUnsafeBytes { Array($0) } }

    static func floats(_ bytes: [UInt8]) -> [Float]? {
        guard bytes.count % MemoryLayout<Float>.stride == 0 else { return nil }
        let count = bytes.count / MemoryLayout<Float>.stride
        let floats = [Float](unsafeUninitializedCapacity: count) { floats, initialized in
            // Bounds: as many bytes as the floats take.
            UnsafeMutableRawBufferPointer(floats).copyBytes(from: bytes)
            initialized = count
        }
        return floats.allSatisfy(\.isFinite) ? floats : nil
    }
}
#endif
