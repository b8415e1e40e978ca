import HansaClient
import HansaCore

/// Rank 0's crew: deals every batch over all ranks, itself included, like cards.
///
/// Updates come back as the bytes that a client sends, and the coordinator counts, verifies and sums them as those of its
/// own threads; so the model, and everything that is recorded, is the same for any number of ranks.
struct RankCrew: TrainingCrew {
    private var own: any TrainingCrew
    private let link: any RankLink
    /// The digests of the models that each rank has, newest last.
    private var known: [[SHA256Digest]]

    var workerCount: Int { own.workerCount * link.rankCount }

    init(own: any TrainingCrew, link: any RankLink) {
        self.own = own
        self.link = link
        known = Array(repeating: [], count: link.rankCount)
    }

    mutating func train(
        _ jobs: [TrainingJob]
    ) async throws(SimulationError) -> [Result<TrainedUpdate, RefusalReason>] {
        let count = link.rankCount
        var shares = [[TrainingJob]](repeating: [], count: count)
        for (index, job) in jobs.enumerated() { shares[index % count].append(job) }
        do throws(RankError) {
            for rank in 1..<count where !shares[rank].isEmpty { try send(shares[rank], to: rank) }
        } catch {
            throw .ranks(error)
        }
        var done = [try await own.train(shares[0])]
        do throws(RankError) {
            for rank in 1..<count {
                let answer = shares[rank].isEmpty ? RankResults.bytes([]) : try await link.receive(from: rank)
                done.append(try RankResults.read(answer, count: shares[rank].count, of: rank))
            }
        } catch {
            throw .ranks(error)
        }
        return jobs.indices.map { done[$0 % count][$0 / count] }
    }

    private mutating func send(_ jobs: [TrainingJob], to rank: Int) throws(RankError) {
        var work = RankWork()
        for job in jobs {
            let digest = job.assignment.plan.model
            if !known[rank].contains(digest) {
                known[rank].append(digest)
                if known[rank].count > RankWork.modelCountMax { known[rank].removeFirst() }
                work.models.append((digest, job.model))
            }
            work.assignments.append(job.assignment)
            work.memories.append(job.memory)
        }
        try link.send(work.bytes, to: rank)
    }
}
