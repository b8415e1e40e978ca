import HansaCoordinator
import HansaCore
import HansaLearning

/// The processes that train one simulation together.
public struct RankGroup: Sendable {
    let link: any RankLink

    public init(_ link: any RankLink) { self.link = link }

    /// Whether this process runs the coordinator.
    public var isFirst: Bool { link.rank == 0 }
    /// How many processes there are, this one included.
    public var rankCount: Int { link.rankCount }

    /// Says to rank 0 what this process is about to train, or why it cannot; on rank 0, hears all others and compares.
    ///
    /// If it throws on rank 0, the others were sent home.
    func meet(_ own: Result<RankGreeting, RankRefusal>) async throws(RankError) {
        guard isFirst else { return try link.send(RankGreeting.bytes(own), to: 0) }
        do throws(RankError) {
            var problem: RankError?
            for rank in 1..<rankCount {
                let greeting = try await link.receive(from: rank)
                guard case .success(let own) = own else { continue }
                do throws(RankError) { try own.check(greeting, of: rank) } catch { problem = problem ?? error }
            }
            if let problem { throw problem }
        } catch {
            dismiss()
            throw error
        }
        if case .failure = own { dismiss() }
    }

    /// Tells everybody, from rank 0, that this was all.
    public func dismiss() {
        guard isFirst else { return }
        for rank in 1..<rankCount {
            // Who cannot be told is gone.
            try? link.send(RankWork.end, to: rank)
        }
    }
}

extension RankGroup {
    /// Says what this process is about to train; on rank 0, hears it of all others and refuses what differs.
    ///
    /// If it throws on rank 0, the others were sent home.
    public func join(_ run: PreparedRun) async throws(RankError) {
        try await meet(
            .success(
                RankGreeting(
                    configuration: run.specification.configurationDigest.hexadecimal,
                    partition: run.partition.digest.hexadecimal,
                    arithmetic: run.architecture.arithmetic
                )
            )
        )
    }

    /// Says why this process cannot begin.
    public func refuse(_ words: String) async throws(RankError) { try await meet(.failure(RankRefusal(words: words))) }
}
