/// The length to which a rule cuts vectors: a number, or the median of the vectors' own lengths.
enum NormLimit: Hashable, Sendable {
    case fixed(Double)
    case median

    /// Reads a number above 0 or the word `median`, which is the default.
    init(_ options: inout OptionReader, key: String) throws(ConfigurationError) {
        if options.holdsWord(key) {
            _ = try options.word(key, among: ["median"])
            self = .median
            return
        }
        let number = try options.number(key, expected: "a number above 0, or median") { $0 > 0 }
        self = number.map { .fixed($0) } ?? .median
    }

    /// min(1, limit / length) of each length; 1 for a length of 0.
    func factors(_ lengths: [Double]) -> [Double] {
        let limit: Double
        switch self {
        case .fixed(let value): limit = value
        case .median: limit = CohortGeometry.median(lengths)
        }
        return lengths.map { $0 <= limit ? 1 : limit / $0 }
    }
}
