import HansaNumerics

/// The known name that a misspelt one most likely stands for.
enum NearestKey {
    /// The nearest of the names if at most a third of its letters differ, or two; the first of equals.
    static func of(_ name: String, among known: [String]) -> String? {
        var best: (name: String, distance: Int)?
        for candidate in known {
            let distance = distance(Array(name.bytes.prefix(64)), candidate.bytes)
            if distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        guard let best else { return nil }
        let length = best.name.utf8.count
        return best.distance <= max(2, length / 3) && best.distance < length ? best.name : nil
    }

    /// Levenshtein's distance over bytes, upper and lower case being equal.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var previous = Array(0...right.count)
        for (row, byte) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                let cost = lowered(byte) == lowered(other) ? 0 : 1
                current.append(min(previous[column + 1] + 1, current[column] + 1, previous[column] + cost))
            }
            previous = current
        }
        return previous[right.count]
    }

    private static func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte + 0x20 : byte }
}
