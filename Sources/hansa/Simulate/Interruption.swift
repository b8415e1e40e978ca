import Dispatch
import Foundation
import HansaSimulation

/// Turns the interrupt key into the orderly end of a run; pressed again, it ends the process at once.
final class Interruption: Sendable {
    /// How long the run may take to end by itself.
    private static let graceSeconds = 5.0

    /// Runs the work in a task that the first interrupt cancels.
    func watch<Value: Sendable>(
        _ work: @escaping @Sendable () async throws(CommandFailure) -> Value
    ) async throws(CommandFailure) -> Value {
        let task = Task { () async -> Result<Value, CommandFailure> in
            do throws(CommandFailure) {
                return .success(try await work())
            } catch {
                return .failure(error)
            }
        }
        // A queue of its own has a thread of its own: the global ones wait behind trainings that use every core.
        let queue = DispatchQueue(label: "hansa.signals")
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                if task.isCancelled { _exit(CommandFailure.Status.interrupted.rawValue) }
                task.cancel()
                // What is durable stays so, and a long training does not look up from its work.
                queue.asyncAfter(deadline: .now() + Self.graceSeconds) {
                    _exit(CommandFailure.Status.interrupted.rawValue)
                }
            }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        return try await task.value.get()
    }
}
