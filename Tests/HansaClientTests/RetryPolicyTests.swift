import HansaClient
import HansaNumerics
import Testing

/// How long clients wait before they try again.
@Suite struct RetryPolicyTests {
    /// A source of one word.
    struct OneWord: RandomWords {
        let word: UInt64
        mutating func next64() -> UInt64 { word }
    }

    static let policies = [
        RetryPolicy(), RetryPolicy(baseMilliseconds: 1, capMilliseconds: 1),
        RetryPolicy(baseMilliseconds: 0, capMilliseconds: 0),
        RetryPolicy(baseMilliseconds: .max, capMilliseconds: .max, answerMilliseconds: .max),
        RetryPolicy(baseMilliseconds: 7, capMilliseconds: 1000),
    ]

    @Test(arguments: policies)
    func waitsSpanOneMillisecondToTheCeiling(policy: RetryPolicy) {
        for attempt in [0, 1, 2, 5, 16, 30, 31, 32, 63, 64, .max] as [UInt32] {
            let doubled = UInt64(policy.baseMilliseconds) * (attempt >= 31 ? 1 << 31 : 1 << UInt64(attempt))
            let ceiling = min(UInt64(policy.capMilliseconds), doubled)
            var (lowest, highest) = (OneWord(word: 0), OneWord(word: .max))
            #expect(policy.wait(attempt: attempt, words: &lowest) == 1)
            #expect(UInt64(policy.wait(attempt: attempt, words: &highest)) == ceiling)
        }
    }

    @Test(arguments: policies)
    func anAnswersTimeAndTheLongestWaitFitTogether(policy: RetryPolicy) {
        let (_, overflow) = policy.answerMilliseconds.addingReportingOverflow(policy.capMilliseconds)
        #expect(!overflow && policy.answerMilliseconds >= 1 && policy.capMilliseconds >= 1)
    }

    /// Full jitter: of n waits with ceiling C, each of ten equal parts of 1...C gets about n/10.
    ///
    /// For n = 20,000 a part's standard deviation is √(n · 0.09) ≈ 42; six of them are allowed.
    @Test(arguments: [1, 2, 3] as [UInt64], [0, 3, 20] as [UInt32])
    func waitsAreUniform(seed: UInt64, attempt: UInt32) {
        let policy = RetryPolicy(baseMilliseconds: 500, capMilliseconds: 60_000)
        let ceiling: UInt32 = min(60_000, 500 << attempt)
        var words = RandomStream(seed: seed, client: attempt, purpose: .network)
        var parts = [Int](repeating: 0, count: 10)
        for _ in 0..<20_000 {
            parts[Int((policy.wait(attempt: attempt, words: &words) - 1) * 10 / ceiling)] += 1
        }
        for part in parts { #expect(abs(part - 2000) < 6 * 42) }
    }
}
