import Dispatch
import Foundation
import Synchronization

/// The one thread of a coordinator service: runs the actor's jobs in order, and wakes it when something is due.
///
/// The store blocks on syncs, which must not hold a thread of the shared pool; and everything that waits (a group
/// commit, held requests, a deadline) needs one timer in all. The thread ends when ``stop()`` was called and no job is
/// left.
final class ServiceThread: SerialExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var isStopped = false
        /// When `onWake` is due, in nanoseconds of the monotonic clock.
        var wake: UInt64?
        var onWake: (@Sendable () -> Void)?
        var thread: pthread_t?
    }

    private let state = Mutex(State())
    private let signal = DispatchSemaphore(value: 0)

    init(name: String) {
        let thread = Thread { [self] in run() }
        thread.name = name
        thread.start()
    }

    /// Monotonic nanoseconds.
    static var now: UInt64 { DispatchTime.now().uptimeNanoseconds }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let wasEmpty = state.withLock { state in
            defer { state.jobs.append(job) }
            return state.jobs.isEmpty
        }
        if wasEmpty { signal.signal() }
    }

    /// Says what runs when a time set by ``wake(at:)`` comes; called once.
    func setWakeAction(_ action: @escaping @Sendable () -> Void) { state.withLock { $0.onWake = action } }

    /// Sets the one time at which the wake action runs; nil for never.
    func wake(at time: UInt64?) {
        let isEarlier = state.withLock { state in
            defer { state.wake = time }
            guard let time else { return false }
            return state.wake.map { time < $0 } ?? true
        }
        // The thread itself reads the time before it waits; only another's change must interrupt a wait.
        if isEarlier, !isCurrent { signal.signal() }
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        signal.signal()
    }

    func checkIsolated() { precondition(isCurrent, "the service's state is touched off its thread") }

    func isIsolatingCurrentContext() -> Bool? { isCurrent }

    private var isCurrent: Bool {
        let caller = pthread_self()
        return state.withLock { $0.thread.map { pthread_equal($0, caller) != 0 } ?? false }
    }

    private func run() {
        let own = pthread_self()
        state.withLock { $0.thread = own }
        while true {
            let (jobs, isStopped) = state.withLock { state in
                defer { state.jobs = [] }
                return (state.jobs, state.isStopped)
            }
            for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
            if jobs.isEmpty {
                if isStopped { return }
                rest()
            }
            wakeIfDue()
        }
    }

    /// Waits for a job, a changed time or the time set.
    private func rest() {
        guard let time = state.withLock({ $0.wake }) else { return signal.wait() }
        _ = signal.wait(timeout: DispatchTime(uptimeNanoseconds: time))
    }

    private func wakeIfDue() {
        let now = Self.now
        let action = state.withLock { state -> (@Sendable () -> Void)? in
            guard let time = state.wake, time <= now else { return nil }
            state.wake = nil
            return state.onWake
        }
        action?()
    }
}
