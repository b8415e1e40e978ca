import HansaClient
import HansaCore
import HansaNumerics
import HansaPrivacy

/// What becomes of a simulated client's training: clipped, noised, rounded and packed by the plan.
struct SimulatedEncoding: Sendable {
    private let schema: ParameterSchema
    /// The run's seed.
    let seed: UInt64
    private let stations = NoiseStations()
    private let workMeter: WorkMeter
    private let driftMeter: DriftMeter?

    /// - Parameters:
    ///   - workMeter: told what each client takes.
    ///   - driftMeter: told what each training changes; nil where nobody asks.
    init(schema: ParameterSchema, seed: UInt64, workMeter: WorkMeter = WorkMeter(), driftMeter: DriftMeter? = nil) {
        self.schema = schema
        self.seed = seed
        self.workMeter = workMeter
        self.driftMeter = driftMeter
    }

    /// A client's random numbers in one attempt at a round.
    func stream(_ purpose: RandomPurpose, _ id: AssignmentID) -> RandomStream {
        RandomStream(
            seed: seed,
            round: id.round,
            client: id.client.number,
            purpose: purpose,
            attempt: id.attempt
        )
    }

    /// What a client does in a round, from what it received and remembers.
    func round(
        _ assignment: Assignment,
        model: [Float],
        memory: ClientMemory
    ) throws(RefusalReason) -> LocalRound {
        try LocalRound(assignment, schema: schema, model: model, memory: memory)
    }

    /// Encodes a training, or what stands for one that failed, as the plan asks.
    ///
    /// - Parameter started: when the training began.
    func encode(
        _ training: Result<TrainedModel, RefusalReason>,
        of round: LocalRound,
        started: ContinuousClock.Instant
    ) -> Result<TrainedUpdate, RefusalReason> {
        let assignment = round.assignment
        let trained = ContinuousClock.now
        defer { workMeter.add(training: trained - started, encoding: ContinuousClock.now - trained) }
        if let driftMeter, !assignment.plan.algorithm.sendsGradient, case .success(let result) = training {
            driftMeter.add(assignment.id, received: round.reference, trained: result.parameters)
        }
        let noiseKey: NoiseKey?
        let station: NoiseStation?
        do throws(PrivacyError) {
            noiseKey = try NoiseKey.client(assignment.id, plan: assignment.plan, seed: seed)
            station = noiseKey == nil ? nil : try stations.station(for: assignment.plan)
        } catch {
            return .failure(.trainingFailed)
        }
        return round.encode(
            training,
            words: stream(.rounding, assignment.id),
            noiseKey: noiseKey,
            noiseStation: station
        )
    }
}
