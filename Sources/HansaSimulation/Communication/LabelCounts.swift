public import HansaLearning

/// How many samples of each class every client has: all of a split that AQ-DP's schedulers look at.
public struct LabelCounts: Equatable, Sendable {
    /// One row a client, one number a class.
    public let rows: [[Int]]

    /// The most clients of a table.
    public static let clientCountMax = 1 << 20
    /// The most samples of one class at one client: sums of a million classes fit.
    public static let countMax = 1 << 40

    /// Takes rows of equal length, each with a sample.
    public init(rows: [[Int]]) throws(LabelCountsError) {
        guard let first = rows.first, rows.count <= Self.clientCountMax else { throw .noClients }
        guard first.count >= 2 else { throw .tooFewClasses(line: 1, got: first.count) }
        for (index, row) in rows.enumerated() {
            guard row.count == first.count else {
                throw .wrongClassCount(line: index + 1, got: row.count, expected: first.count)
            }
            guard row.allSatisfy({ (0...Self.countMax).contains($0) }), row.contains(where: { $0 > 0 }) else {
                throw .invalidCounts(line: index + 1)
            }
        }
        self.rows = rows
    }

    /// Reads lines of numbers between commas, a line a client; lines that begin with # are left out.
    public init(text: String) throws(LabelCountsError) {
        var rows: [[Int]] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("#") || line.isEmpty { continue }
            var row: [Int] = []
            for field in line.split(separator: ",", omittingEmptySubsequences: false) {
                guard let count = Int(field.drop(while: { $0 == " " })) else { throw .notANumber(line: index + 1) }
                row.append(count)
            }
            rows.append(row)
        }
        try self.init(rows: rows)
    }

    /// Those of a split.
    public init(_ summary: PartitionSummary) throws(LabelCountsError) {
        try self.init(rows: summary.clients.map(\.histogram))
    }
}

/// Why a table of label counts cannot be read.
public enum LabelCountsError: Error, Equatable, Sendable {
    case noClients
    case notANumber(line: Int)
    case tooFewClasses(line: Int, got: Int)
    case wrongClassCount(line: Int, got: Int, expected: Int)
    case invalidCounts(line: Int)
}

extension LabelCountsError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noClients: "got no clients, expected a line of label counts a client"
        case .notANumber(let line): "line \(line): expected whole numbers between commas"
        case .tooFewClasses(let line, let got): "line \(line): got \(got) classes, expected at least 2"
        case .wrongClassCount(let line, let got, let expected):
            "row \(line): got \(got) classes, expected \(expected) as in the first"
        case .invalidCounts(let line): "row \(line): expected counts of at least 0, one of them above it"
        }
    }
}
