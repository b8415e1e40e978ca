import Dispatch
import Foundation

/// The signals that ask a coordinator to stop: the first begins its orderly end, later ones change nothing.
final class StopSignals: Sendable {
    /// After so long the process ends whatever is left to do: all that was acknowledged is durable already.
    private static let patienceSeconds = 4.8

    private let stream: AsyncStream<Void>

    /// Takes the signals over for the life of the process.
    init() {
        // A reader of standard output that went away must not end a run.
        signal(SIGPIPE, SIG_IGN)
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        self.stream = stream
        let queue = DispatchQueue(label: "hansa.signals")
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                continuation.yield()
                queue.asyncAfter(deadline: .now() + Self.patienceSeconds) { _exit(0) }
                withExtendedLifetime(source) {}
            }
            source.resume()
        }
    }

    /// Waits for the first signal, or for the task's end.
    func first() async {
        for await _ in stream { return }
    }
}
