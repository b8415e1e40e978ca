/// Seeds as people write them: `1-5`, or `1,2,9`, or both.
public enum SeedList {
    /// The most seeds of one list.
    static let countMax = 10_000

    public static func parse(_ text: String) throws(CommandFailure) -> [UInt64] {
        func refusal(_ got: String) -> CommandFailure {
            CommandFailure(.usage, "--seeds: got \(got), expected whole numbers such as 1-5 or 1,2,9, each once.")
        }
        var seeds: [UInt64] = []
        var seen = Set<UInt64>()
        for part in SweepText.split(text[...], at: ",") {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map {
                UInt64(SweepText.trimmed($0))
            }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else {
                throw refusal("\"\(part)\"")
            }
            guard first <= last else { throw refusal("the range \(part), which is empty") }
            guard last - first < UInt64(countMax - seeds.count) else { throw refusal("more than \(countMax) seeds") }
            for seed in first...last {
                guard seen.insert(seed).inserted else { throw refusal("the seed \(seed) twice") }
                seeds.append(seed)
            }
        }
        return seeds
    }
}
