/// The known name that a misspelt one most likely stands for.
package enum NearestName {
    /// The nearest of the names, if it is near enough to be meant: at most a third of its letters differ, or two.
    package static func of(_ name: String, among known: [String]) -> String? {
        let lowered = name.lowercased()
        let scored = known.map { (name: $0, distance: distance(lowered, $0.lowercased())) }
        guard let best = scored.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }) else { return nil }
        return best.distance <= max(2, best.name.count / 3) && best.distance < best.name.count ? best.name : nil
    }

    /// A sentence that proposes the nearest name; empty where none is near.
    package static func hint(for name: String, among known: [String]) -> String {
        of(name, among: known).map { "Did you mean \"\($0)\"?" } ?? ""
    }

    /// Levenshtein's distance, with the swap of two neighbours counted as one step (optimal string alignment).
    package static func distance(_ left: String, _ right: String) -> Int {
        // Names are short; a long stretch of garbage would only cost time.
        let first = Array(left.unicodeScalars.prefix(64))
        let second = Array(right.unicodeScalars.prefix(64))
        var before: [Int] = []
        var previous = Array(0...second.count)
        for i in 0..<first.count {
            var row = [i + 1]
            for j in 0..<second.count {
                var cost = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (first[i] == second[j] ? 0 : 1))
                if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] {
                    cost = min(cost, before[j - 1] + 1)
                }
                row.append(cost)
            }
            before = previous
            previous = row
        }
        return previous[second.count]
    }
}
