import Dispatch
import Foundation
import HansaSimulation

/// Turns the interrupt key into the orderly end of a run; pressed again, it ends the process at once.
final class Interruption: Sendable {
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
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if task.isCancelled { _exit(CommandFailure.Status.interrupted.rawValue) }
                task.cancel()
            }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        return try await task.value.get()
    }
}
