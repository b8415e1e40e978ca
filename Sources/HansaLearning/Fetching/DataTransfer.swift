import Foundation
import FoundationNetworking
import Synchronization

/// One request for a file, or for the rest of it, whose bytes go to disk as they arrive.
final class DataTransfer: NSObject, URLSessionDataDelegate, Sendable {
    /// How a request ended.
    enum Outcome: Sendable {
        /// The server sent all it had.
        case ended
        /// The connection failed, or the answer was of no use.
        case failed(String)
        /// The bytes could not be stored.
        case storage(DataError)
        case cancelled
    }

    private struct State {
        var continuation: CheckedContinuation<Outcome, Never>?
        /// Why the transfer was broken off from this side.
        var refusal: Outcome?
        var received: Int
    }

    private let file: PinnedFile
    private let start: Int
    private let partial: PartialFile
    private let progress: @Sendable (DataFetcher.Progress) -> Void
    private let state: Mutex<State>

    /// A transfer that goes on at byte `start` of the file, which is the partial file's count.
    init(
        file: PinnedFile,
        start: Int,
        partial: PartialFile,
        progress: @escaping @Sendable (DataFetcher.Progress) -> Void
    ) {
        self.file = file
        self.start = start
        self.partial = partial
        self.progress = progress
        state = Mutex(State(received: start))
    }

    /// Sends the request and waits for its end.
    ///
    /// A cancelled task ends it at once, whatever the connection does.
    func run(_ url: URL, timeout: Duration) async -> Outcome {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = max(1, Double(timeout.components.seconds))
        var request = URLRequest(url: url)
        if start > 0 { request.setValue("bytes=\(start)-", forHTTPHeaderField: "Range") }
        // The files are packed already, and their digests are of the packed bytes.
        request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        let session = URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
        let task = session.dataTask(with: request)
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isRefused = state.withLock { state in
                    if state.refusal == nil { state.continuation = continuation }
                    return state.refusal != nil
                }
                if isRefused { continuation.resume(returning: .cancelled) } else { task.resume() }
            }
        } onCancel: {
            end(.cancelled)
            task.cancel()
        }
        session.invalidateAndCancel()
        return outcome
    }

    /// Ends the wait, once; whatever arrives later is dropped.
    private func end(_ outcome: Outcome) {
        let continuation = state.withLock { state in
            if state.refusal == nil { state.refusal = outcome }
            defer { state.continuation = nil }
            return state.continuation
        }
        continuation?.resume(returning: outcome)
    }

    func urlSession(
        _ session: URLSession,
        dataTask: URLSessionDataTask,
        didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        let refusal = judge(response)
        if let refusal {
            state.withLock { $0.refusal = refusal }
            completionHandler(.cancel)
            dataTask.cancel()
        } else {
            completionHandler(.allow)
        }
    }

    /// Why an answer is of no use; nil where its bytes can be taken.
    private func judge(_ response: URLResponse) -> Outcome? {
        guard let response = response as? HTTPURLResponse else { return .failed("no answer in HTTP") }
        do throws(DataError) {
            switch response.statusCode {
            case 206:
                let range = response.value(forHTTPHeaderField: "Content-Range") ?? ""
                guard range.hasPrefix("bytes \(start)-") else { return .failed("another range than asked for") }
            case 200:
                // The server does not resume: begin again.
                try partial.truncate()
                state.withLock { $0.received = 0 }
            case 416:
                try partial.truncate()
                return .failed("HTTP status 416")
            default:
                return .failed("HTTP status \(response.statusCode)")
            }
            return nil
        } catch {
            return .storage(error)
        }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        guard state.withLock({ $0.refusal == nil }) else { return }
        do throws(DataError) {
            let received = state.withLock { $0.received } + data.count
            guard received <= file.byteCount else {
                try partial.truncate()
                refuse(.failed("more than the expected \(file.byteCount) bytes"), dataTask)
                return
            }
            try partial.append(Array(data))
            state.withLock { $0.received = received }
            progress(DataFetcher.Progress(file: file.name, received: received, total: file.byteCount))
        } catch {
            refuse(.storage(error), dataTask)
        }
    }

    private func refuse(_ outcome: Outcome, _ task: URLSessionDataTask) {
        state.withLock { $0.refusal = outcome }
        task.cancel()
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        let (refusal, received) = state.withLock { ($0.refusal, $0.received) }
        if let refusal {
            end(refusal)
        } else if let error {
            end(.failed(error.localizedDescription))
        } else if received < file.byteCount {
            end(.failed("\(received) of \(file.byteCount) bytes"))
        } else {
            end(.ended)
        }
    }
}
