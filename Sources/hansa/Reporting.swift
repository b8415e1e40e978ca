import ArgumentParser
import Foundation
import HansaSimulation

/// Runs a command's work; a failure is told on standard error and becomes the exit status.
func reporting<Value>(
    _ work: () async throws(CommandFailure) -> Value
) async throws -> Value {
    do throws(CommandFailure) {
        return try await work()
    } catch {
        throw exit(with: error)
    }
}

/// Tells why a command fails.
func exit(with failure: CommandFailure) -> ExitCode {
    FileHandle.standardError.write(Data("hansa: \(failure.message)\n".utf8))
    return ExitCode(failure.status.rawValue)
}
