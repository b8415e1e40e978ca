public import HansaCore

extension RoundEngine {
    /// What an update would be answered as far as its header shows, so that a payload is not sent for nothing.
    ///
    /// Nil where the payload is worth sending; else the final answer. Nothing changes.
    ///
    /// - Parameter byteCount: the announced bytes of the payload.
    public func preview(
        _ report: UpdateReport,
        byteCount: UInt64
    ) throws(CoordinatorError) -> SubmissionAnswer? {
        let id = report.assignment
        guard id.client.number < specification.population else { return .refused(.unknownClient) }
        guard let active, id.round == active.opening.round, id.attempt == active.opening.attempt else {
            return try answerForOtherRound(report)
        }
        switch active.machine.reportArrived(report) {
        case .acknowledgeAgain: return .accepted
        case .reject(let reason): return .refused(reason)
        case .consider: break
        }
        guard let plan = active.plan(of: id.client), let digest = active.planDigest(of: id.client) else {
            return .refused(.unknownAssignment)
        }
        do throws(RefusalReason) {
            _ = try UpdateVerifier.verify(
                report,
                byteCount: byteCount,
                plan: plan,
                planDigest: digest,
                schema: specification.schema
            )
            return nil
        } catch {
            return .refused(error)
        }
    }

    /// The plan of a client in the round in progress.
    func plan(of client: ClientID) -> RoundPlan? { active?.plan(of: client) }

    /// Its digest.
    func planDigest(of client: ClientID) -> SHA256Digest? { active?.planDigest(of: client) }
}
