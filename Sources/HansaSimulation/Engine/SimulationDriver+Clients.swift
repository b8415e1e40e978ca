import HansaClient
import HansaCore
import HansaNumerics

/// The clients' side of the simulation.
extension SimulationDriver {
    /// Makes sure that a client's process runs, or will.
    ///
    /// Clients that no round wants hold no memory; one that is busy with an earlier round will ask for work by itself.
    mutating func wake(_ client: ClientID) {
        guard clients[client] == nil else { return }
        clients[client] = SimulatedClient()
        plan(.clientStarts(client), after: 0)
    }

    mutating func startClient(_ client: ClientID) throws(SimulationError) {
        guard let device = clients[client], device.agent == nil else { return }
        device.life += 1
        // Whoever simulates owns the devices too, and the seeds are no secret.
        var policy = ClientPolicy.standard
        policy.acceptsSeededNoise = true
        policy.acceptsInsecureForms = true
        device.agent = ClientAgent(
            policy: policy,
            words: RandomStream(seed: arrivalSeed, round: device.life, client: client.number, purpose: .network)
        )
        let outbox = device.outbox.values.sorted { $0.assignment < $1.assignment }
        try tell(client, .started(outbox: outbox))
    }

    /// Gives an input to a client's agent and does what it says.
    mutating func tell(_ client: ClientID, _ input: AgentInput) throws(SimulationError) {
        guard let device = clients[client], var actions = device.agent?.handle(input) else { return }
        if case .workAnswered(.wait, _) = input, !wanted.contains(client), device.outbox.isEmpty, device.job == nil {
            // A real client would ask again and again; the simulator wakes it when a round wants it.
            try forget(client)
            return
        }
        // Doing one thing may make the agent ask for another.
        while !actions.isEmpty {
            let action = actions.removeFirst()
            guard device.agent != nil else { return }
            if let input = try perform(action, for: client) {
                actions += device.agent?.handle(input) ?? []
            }
        }
    }

    /// Does one thing for a client; returns what the agent is to be told at once.
    private mutating func perform(
        _ action: AgentAction,
        for client: ClientID
    ) throws(SimulationError) -> AgentInput? {
        switch action {
        case .requestWork: try send(client, .work)
        case .fetchModel(let assignment): try send(client, .model(assignment))
        case .send(let record): try send(client, .submit(record))
        case .withdraw(let assignment, let reason): try send(client, .withdraw(assignment, reason))
        case .wakeUp(let token, let milliseconds):
            let life = clients[client]?.life ?? 0
            plan(.timer(client, token: token, life: life), after: UInt64(milliseconds))
        case .train(let assignment):
            guard let model = models.last(where: { $0.digest == assignment.plan.model }) else {
                return .trained(.failure(.modelMismatch))
            }
            let job = nextJob
            nextJob += 1
            clients[client]?.job = job
            let time = network.trainingTime()
            var training = TrainingJob(due: now + time, number: job, assignment: assignment, model: model.parameters)
            if assignment.plan.algorithm.memory != .none { training.memory = memories[client] }
            queue.start(training)
            plan(.trainingDone(client, job: job), after: time)
        case .record(let record):
            if !record.localState.isEmpty { try memories.keep(record.localState, of: client) }
            let isDone = try writeDurably(client) { $0.outbox[record.assignment] = record }
            return isDone ? .recorded(record.assignment) : nil
        case .forget(let assignment):
            _ = try writeDurably(client) { $0.outbox[assignment] = nil }
        case .stop:
            if clients[client]?.outbox.isEmpty == true { try forget(client) }
        }
        return nil
    }

    mutating func trainingDone(_ client: ClientID, job: UInt64) async throws(SimulationError) {
        guard clients[client]?.job == job else { return queue.abandon(job) }
        clients[client]?.job = nil
        guard let result = try await queue.result(of: job) else { return }
        if case .success(let trained) = result { reporter.trained(trained.encoded, by: client) }
        try tell(client, .trained(result))
    }

    private mutating func send(_ client: ClientID, _ request: ClientRequest) throws(SimulationError) {
        if !request.isWithdrawal { clients[client]?.asked = request.question }
        let delays = network.deliver(.toCoordinator).delays
        if delays.isEmpty { try loseRequest(request, of: client) }
        for delay in delays { plan(.request(client, request), after: delay) }
    }

    /// Changes a client's disk, or lets the client die before or after it; returns whether the client lives.
    private mutating func writeDurably(
        _ client: ClientID,
        _ change: (SimulatedClient) -> Void
    ) throws(SimulationError) -> Bool {
        guard let device = clients[client] else { return false }
        let diesBefore = clientCrashes.strikes()
        if !diesBefore { change(device) }
        let dies = diesBefore || clientCrashes.strikes()
        if dies {
            breakUp(device)
            device.agent = nil
            device.job = nil
            plan(.clientStarts(client), after: 100 + restarts.next(below: 3_000))
        }
        return !dies
    }
}
