import HansaAggregation
import HansaCore
import HansaPrivacy
import HansaResults

extension RoundEngine {
    /// Closes the round: decides, then takes the seven steps of DESIGN.md, "Durability".
    mutating func close(now: UInt64) throws(CoordinatorError) {
        guard let active else { return }
        let closing = RoundClosing(
            round: active.opening.round,
            attempt: active.opening.attempt,
            accepted: active.machine.accepted.keys.sorted()
        )
        // Fewer shares than the plan counts on have less noise than the ledger would say.
        guard closing.accepted.count >= active.terms.cohortMin else { return try abort(.belowQuorum, now: now) }
        // The aggregate is tried before the decision is written: a round that cannot be applied is aborted, visibly.
        // Central noise is tried with a root that is used for nothing else.
        let hasCentralNoise = active.terms.hasCentralNoise
        let trialRoot = [UInt8](repeating: 0, count: hasCentralNoise ? NoiseStream.keyByteCount : 0)
        guard let next = nextCheckpoint(from: active, noiseSeed: trialRoot) else {
            return try abort(.aggregateRefused, now: now)
        }
        // Step 1.
        try perform { [store] () throws(StoreError) in try store.close(closing) }
        try finishClose(closing, next: hasCentralNoise ? nil : next, release: nil, now: now)
    }

    /// Steps 2 to 7, from whichever of them a restart finds undone.
    mutating func finishClose(
        _ closing: RoundClosing,
        next known: (checkpoint: Checkpoint, strategy: any Strategy)? = nil,
        release: ReleaseEntry?,
        now: UInt64
    ) throws(CoordinatorError) {
        guard let active else { return }
        // Steps 2 and 3: the seed is drawn once, and durable before anything is drawn from it.
        let entry: ReleaseEntry
        if let release {
            entry = release
        } else {
            let version = checkpoint.version + 1
            entry = ReleaseEntry(
                round: closing.round,
                attempt: closing.attempt,
                version: version,
                planDigest: active.releasedPlanDigest,
                noise: active.terms.noisePlan,
                noiseSeed: try drawNoiseSeed(active.terms)
            )
            let lines = withUnwritten(try publication(of: active, accepted: closing.accepted, version: version))
            try perform { [store] () throws(StoreError) in try store.recordRelease(entry, ledger: lines) }
        }
        guard let next = known ?? nextCheckpoint(from: active, noiseSeed: entry.noiseSeed) else {
            throw .recoveredRunMismatch("the updates of a closed round do not make a model")
        }
        // Step 4.
        try perform { [store] () throws(StoreError) in try store.writeCheckpoint(next.checkpoint) }
        let digest = next.checkpoint.modelDigest
        let record = self.record(
            of: active,
            accepted: closing.accepted,
            outcome: .committed(version: next.checkpoint.version, digest: digest.hexadecimal)
        )
        // Step 5.
        try perform { [store] () throws(StoreError) in
            try store.makeCurrent(version: next.checkpoint.version, participation: record)
        }
        // Step 6: from here on clients get the new model.
        checkpoint = next.checkpoint
        strategy = next.strategy
        modelDigest = digest
        participation.append(record)
        noteMemory(of: record)
        note(.committed(record, trainingLoss: active.meanTrainingLoss))
        // Step 7.
        try perform { [store] () throws(StoreError) in
            try store.deletePayloads(round: closing.round, attempt: closing.attempt)
        }
        try openNextRound(now: now)
    }

    /// Gives the attempt up, visibly, and goes on with the next; the model is unchanged.
    mutating func abort(
        _ reason: ParticipationRecord.AbortReason,
        now: UInt64
    ) throws(CoordinatorError) {
        try giveUp(reason)
        try openNextRound(now: now)
    }

    /// Goes on with an abort whose decision an earlier process made durable.
    mutating func finishAbort(
        _ reason: ParticipationRecord.AbortReason,
        now: UInt64
    ) throws(CoordinatorError) {
        try recordAbort(reason)
        try openNextRound(now: now)
    }

    /// Decides and records an abort; the caller opens what follows.
    mutating func giveUp(_ reason: ParticipationRecord.AbortReason) throws(CoordinatorError) {
        guard let active else { return }
        let closing = RoundClosing(
            round: active.opening.round,
            attempt: active.opening.attempt,
            accepted: [],
            abort: reason
        )
        try perform { [store] () throws(StoreError) in try store.close(closing) }
        try recordAbort(reason)
    }

    private mutating func recordAbort(_ reason: ParticipationRecord.AbortReason) throws(CoordinatorError) {
        guard let active else { return }
        let record = self.record(of: active, accepted: [], outcome: .aborted(reason))
        try perform { [store] () throws(StoreError) in
            try store.recordAbort(record)
            try store.deletePayloads(round: record.round, attempt: record.attempt)
        }
        participation.append(record)
        note(.aborted(record))
    }

    /// The model after this round and the strategy with its new state; nil where the aggregate is refused.
    ///
    /// - Parameter noiseSeed: what central noise is drawn from; empty for none.
    private func nextCheckpoint(
        from active: ActiveRound,
        noiseSeed: [UInt8]
    ) -> (checkpoint: Checkpoint, strategy: any Strategy)? {
        var strategy = self.strategy
        var parameters = checkpoint.parameters
        do throws(AggregationError) {
            var aggregator = active.aggregator
            if !noiseSeed.isEmpty { try aggregator.addNoise(root: noiseSeed) }
            try strategy.advance(&parameters, by: try aggregator.report())
        } catch {
            return nil
        }
        let next = Checkpoint(
            version: checkpoint.version + 1,
            round: active.opening.round,
            schema: checkpoint.schema,
            parameters: parameters,
            strategyState: strategy.state
        )
        return (next, strategy)
    }

    private func record(
        of active: ActiveRound,
        accepted: [AssignmentID],
        outcome: ParticipationRecord.Outcome
    ) -> ParticipationRecord {
        ParticipationRecord(
            round: active.opening.round,
            attempt: active.opening.attempt,
            population: specification.population,
            selected: active.opening.selected.map(\.number),
            accepted: accepted.map(\.client.number),
            outcome: outcome
        )
    }
}
