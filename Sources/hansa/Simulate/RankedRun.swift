import Foundation
import HansaSimulation

/// A run of several processes that MPI joined: the first simulates, the others train for it.
enum RankedRun {
    /// - Parameters:
    ///   - prepare: reads scenario and data; every rank does.
    ///   - threadCount: how many clients a rank trains at once; all processors unless stated.
    ///   - simulate: what the first rank does.
    /// - Returns: nil on a rank that only trained.
    static func run<Value>(
        prepare: () throws(CommandFailure) -> PreparedRun,
        threadCount: Int?,
        simulate: (PreparedRun, RankGroup) async throws(CommandFailure) -> Value
    ) async throws(CommandFailure) -> Value? {
        let link: MPILink
        do throws(RankError) { link = try MPILink() } catch { throw CommandFailure(error) }
        let ranks = RankGroup(link)
        let prepared: PreparedRun
        do throws(CommandFailure) {
            prepared = try prepare()
        } catch {
            // The first rank says it for all.
            do throws(RankError) { try await ranks.refuse(error.message) } catch { throw CommandFailure(error) }
            link.finish()
            throw error
        }
        do throws(RankError) { try await ranks.join(prepared) } catch {
            link.finish()
            throw CommandFailure(error)
        }
        guard ranks.isFirst else {
            // The first rank hears the signals and sends the others home.
            for number in [SIGINT, SIGTERM] { signal(number, SIG_IGN) }
            let threads = threadCount ?? ProcessInfo.processInfo.activeProcessorCount
            do throws(SimulationError) {
                try await prepared.makeSimulation(threadCount: threads).serve(ranks)
            } catch {
                // No leave is taken: the first rank would wait for what does not come. MPI ends it with this process.
                throw CommandFailure(error)
            }
            link.finish()
            return nil
        }
        do throws(CommandFailure) {
            let value = try await simulate(prepared, ranks)
            ranks.dismiss()
            link.finish()
            return value
        } catch {
            ranks.dismiss()
            link.finish()
            throw error
        }
    }
}
