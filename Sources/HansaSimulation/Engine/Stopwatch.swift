import Foundation

/// A moment from which time is counted.
struct Stopwatch {
    private let wall = ContinuousClock.now
    private let cpu = Self.processSeconds

    /// What has passed since.
    var elapsed: ElapsedTime {
        ElapsedTime(wall: (ContinuousClock.now - wall) / .seconds(1), cpu: max(0, Self.processSeconds - cpu))
    }

    /// The processor time of all threads of the process.
    private static var processSeconds: Double {
        var time = timespec()
        guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return 0 }
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
