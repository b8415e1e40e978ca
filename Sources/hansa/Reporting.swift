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

/// Tells on standard error what whoever starts a run has to read first.
func tell(_ notices: [String]) {
    for notice in notices { FileHandle.standardError.write(Data("hansa: \(notice)\n".utf8)) }
}

/// Tells why a command fails.
func exit(with failure: CommandFailure) -> ExitCode {
    FileHandle.standardError.write(Data("hansa: \(failure.message)\n".utf8))
    return ExitCode(failure.status.rawValue)
}
