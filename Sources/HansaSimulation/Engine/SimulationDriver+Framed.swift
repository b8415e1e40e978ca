import HansaClient
import HansaCoordinator
import HansaCore
import HansaResults
import HansaWire

/// What happens between a client and the coordinator where they speak in frames.
///
/// The virtual clock moves whole requests and answers, as it does values; their frames travel at the moment of arrival.
/// A lost message is a connection that broke, and a second copy one that the client asked again on.
extension SimulationDriver {
    /// What a request came to at the coordinator.
    enum FramedArrival {
        case request(ClientRequest)
        case known(AssignmentID, SubmissionAnswer)
    }

    /// Carries a request over the client's connection; nothing arrives of what the client does not ask any more.
    mutating func carry(
        _ request: ClientRequest,
        from client: ClientID
    ) throws(SimulationError) -> [FramedArrival] {
        guard let device = clients[client], device.agent != nil,
            request.isWithdrawal || device.asked == request.question
        else { return [] }
        let known = try preview(request)
        let arrivals = try withLink(of: client) { (link, coordinator) throws(WireError) in
            try link.carry(request, known: known, coordinator: &coordinator)
        }
        var requests: [FramedArrival] = []
        for arrival in arrivals {
            switch (arrival, request) {
            case (.work, .work): requests.append(.request(.work))
            case (.model(let digest), .model(let assignment)) where digest == assignment.plan.model:
                requests.append(.request(request))
            case (.update(let update), .submit): requests.append(.request(.submit(OutboxRecord(update: update))))
            case (.known(let id, let answer), .submit): requests.append(.known(id, answer))
            case (.withdrawal(let id, let reason), _): requests.append(.request(.withdraw(id, reason)))
            default: throw .wire(.unexpected(.workRequest))
            }
        }
        return requests
    }

    /// What the coordinator answers to an update's announcement, where it need not see the payload.
    private func preview(_ request: ClientRequest) throws(SimulationError) -> SubmissionAnswer? {
        guard case .submit(let record) = request, let coordinator else { return nil }
        let update = record.update
        do throws(CoordinatorError) {
            return try coordinator.engine.preview(update.report, byteCount: UInt64(update.payload.count))
        } catch {
            throw .coordinator(error)
        }
    }

    /// A request gets lost: the connection breaks somewhere on the way.
    mutating func loseRequest(_ request: ClientRequest, of client: ClientID) throws(SimulationError) {
        guard framed != nil, coordinator != nil else { return }
        let frameCount = framed?.nextBreak() ?? 0
        try withLink(of: client) { (link, coordinator) throws(WireError) in
            try link.lose(request, afterFrames: frameCount, coordinator: &coordinator)
        }
    }

    /// Puts an answer at the coordinator's end of the connection; one that gets lost goes with it.
    mutating func prepareAnswer(
        _ input: AgentInput,
        to client: ClientID,
        isLost: Bool
    ) throws(SimulationError) {
        guard framed != nil, clients[client]?.link != nil else { return }
        let process = self.coordinator
        let frameCount = isLost ? framed?.nextBreak() ?? 0 : 0
        try withLink(of: client) { (link, coordinator) throws(WireError) in
            link.answer(
                input,
                model: { process?.engine.modelContent($0) },
                coordinator: &coordinator
            )
            if isLost { try link.loseAnswer(afterFrames: frameCount, coordinator: &coordinator) }
        }
    }

    /// An answer arrives: as it was given, or as the client's end of the connection reads it.
    mutating func deliver(_ input: AgentInput, to client: ClientID) throws(SimulationError) {
        guard framed != nil else { return try tell(client, input) }
        guard clients[client]?.link != nil else { return }
        let inputs = try withLink(of: client) { (link, _) throws(WireError) in try link.deliverAnswer() }
        for input in inputs { try tell(client, input) }
    }

    /// The client's process ends in order and leaves nothing.
    mutating func forget(_ client: ClientID) throws(SimulationError) {
        if clients[client]?.link != nil {
            try withLink(of: client) { (link, coordinator) throws(WireError) in try link.close(&coordinator) }
        }
        clients.removeValue(forKey: client)?.agent = nil
    }

    /// The client's process dies.
    mutating func breakUp(_ device: SimulatedClient) {
        guard framed != nil, var link = device.link else { return }
        device.link = nil
        device.asked = nil
        framed?.died(&link)
    }

    /// The coordinator's process dies, and every connection with it.
    mutating func breakAllUp() {
        guard var coordinator = framed else { return }
        for client in clients.keys { clients[client]?.link?.breakUp(&coordinator) }
        coordinator.crashed()
        framed = coordinator
    }

    /// Ends what connections are left; the bytes of all.
    mutating func closeConnections() throws(SimulationError) -> WireTraffic? {
        for client in clients.keys.sorted() where clients[client]?.link != nil {
            try withLink(of: client) { (link, coordinator) throws(WireError) in try link.close(&coordinator) }
        }
        return framed?.traffic
    }

    private mutating func withLink<Value>(
        of client: ClientID,
        _ work: (inout FramedLink, inout FramedCoordinator) throws(WireError) -> Value
    ) throws(SimulationError) -> Value {
        guard var coordinator = framed else { preconditionFailure("no connections in this simulation") }
        var link = clients[client]?.link ?? FramedLink(client: client)
        // The driver lets go of both while they work, so that nothing of them is copied.
        framed = nil
        clients[client]?.link = nil
        let result: Result<Value, WireError>
        do throws(WireError) {
            result = .success(try work(&link, &coordinator))
        } catch {
            result = .failure(error)
        }
        framed = coordinator
        clients[client]?.link = link
        do throws(WireError) {
            return try result.get()
        } catch {
            throw .wire(error)
        }
    }
}
