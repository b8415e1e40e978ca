import CPosix
import HansaClient
import HansaCore
import HansaNumerics
import HansaWire

extension ClientLoop {
    /// Says when the next contact is, or that there is none.
    mutating func plan(after end: SessionEnd) {
        guard outcome == nil else { return }
        switch end {
        case .done: nextContact = 0
        case .failed(let error): failed(error)
        case .away(let milliseconds, let jitter):
            let wait = Self.jittered(milliseconds, by: jitter, words: &words)
            reporter.comesBack(afterMilliseconds: wait)
            nextContact = hansa_monotonic_milliseconds() + wait
        case .refused(let refusal): refused(refusal)
        case .fault(let error):
            fault(error.reason, PlainText("the coordinator broke the protocol: \(error.reason.explanation)").string)
        }
    }

    private mutating func failed(_ error: ConnectionError) {
        if case .interrupted = error { return }
        failedContactCount &+= 1
        if let max = settings.failedContactCountMax, failedContactCount >= max {
            reporter.trouble("\(error.message)")
            switch error {
            case .certificateRefused, .coordinatorNotTrusted, .closedAtOnce: outcome = .notTrusted
            default: outcome = .unreachable
            }
            return
        }
        backOff(error.message, notBeforeMilliseconds: 0)
    }

    private mutating func refused(_ refusal: Refusal) {
        let words = PlainText("the coordinator refused: \(refusal.reason.explanation)").string
        switch refusal.reason {
        case .unknownClient, .unsupportedVersion, .missingCapability:
            reporter.trouble("\(words)")
            outcome = .refused(refusal.reason)
        case _ where refusal.reason.retryClass == .retryLater:
            failedContactCount &+= 1
            backOff(words, notBeforeMilliseconds: refusal.retryMilliseconds)
        default: fault(refusal.reason, words)
        }
    }

    /// A coordinator or a client that breaks the protocol does so again; a few tries rule out a coordinator that is just
    /// being replaced.
    private mutating func fault(_ reason: RefusalReason, _ words: String) {
        faultCount &+= 1
        failedContactCount &+= 1
        guard faultCount < LoopSettings.faultCountMax else {
            reporter.trouble("\(words)")
            outcome = .refused(reason)
            return
        }
        backOff(words, notBeforeMilliseconds: 0)
    }

    private mutating func backOff(_ why: String, notBeforeMilliseconds: UInt32) {
        let tries = max(failedContactCount, 1)
        let wait = UInt64(settings.retry.wait(attempt: tries - 1, words: &words)) + UInt64(notBeforeMilliseconds)
        reporter.disconnected(why, try: tries, waitMilliseconds: wait)
        nextContact = hansa_monotonic_milliseconds() + wait
    }

    /// Uniform on `milliseconds` ± `jitter`, not below 1.
    static func jittered(_ milliseconds: UInt32, by jitter: UInt32, words: inout SystemWords) -> UInt64 {
        let width = 2 * UInt64(jitter) + 1
        let draw = words.next64().multipliedFullWidth(by: width).high
        let sum = UInt64(milliseconds) + draw
        return sum > UInt64(jitter) ? max(1, sum - UInt64(jitter)) : 1
    }
}
