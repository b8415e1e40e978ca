import HansaClient
import HansaCore

/// What every rank but 0 does: trains what rank 0 asks for until it says that this was all.
struct RankWorker {
    private var crew: any TrainingCrew
    private let link: any RankLink
    /// The newest models that were received, newest last.
    private var models: [(digest: SHA256Digest, parameters: [Float])] = []

    init(crew: any TrainingCrew, link: any RankLink) {
        self.crew = crew
        self.link = link
    }

    mutating func run() async throws(SimulationError) {
        while let jobs = try await receive() {
            let results = try await crew.train(jobs)
            do throws(RankError) {
                try link.send(RankResults.bytes(results), to: 0)
            } catch {
                throw .ranks(error)
            }
        }
    }

    private mutating func receive() async throws(SimulationError) -> [TrainingJob]? {
        do throws(RankError) {
            guard let work = try RankWork.read(try await link.receive(from: 0)) else { return nil }
            // The work's own models stay until it is done, however many they are.
            let all = models + work.models
            models = all.suffix(RankWork.modelCountMax)
            var jobs: [TrainingJob] = []
            for (assignment, memory) in zip(work.assignments, work.memories) {
                guard let model = all.last(where: { $0.digest == assignment.plan.model }) else {
                    throw RankError.malformed(rank: 0)
                }
                let number = UInt64(jobs.count)
                var job = TrainingJob(due: 0, number: number, assignment: assignment, model: model.parameters)
                job.memory = memory
                jobs.append(job)
            }
            return jobs
        } catch {
            throw .ranks(error)
        }
    }
}
