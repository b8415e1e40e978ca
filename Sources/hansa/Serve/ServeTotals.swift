import HansaResults

/// What a run came to so far.
struct ServeTotals: Sendable {
    /// Attempts of all processes.
    var committedCount = 0
    var abortedCount = 0
    /// What the updates counted by this process, and the models it sent for them, would take as float32.
    var floatByteCountUp: UInt64 = 0
    var floatByteCountDown: UInt64 = 0

    mutating func count(_ record: ParticipationRecord) {
        switch record.outcome {
        case .committed: committedCount += 1
        case .aborted: abortedCount += 1
        }
    }

    mutating func countHere(_ record: ParticipationRecord, parameterCount: Int) {
        let model = 4 * UInt64(clamping: parameterCount)
        floatByteCountUp &+= model &* UInt64(clamping: record.accepted.count)
        floatByteCountDown &+= model &* UInt64(clamping: record.selected.count)
    }
}
