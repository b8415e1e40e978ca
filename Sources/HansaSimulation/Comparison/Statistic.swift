/// Mean and spread of a figure over seeds.
public struct Statistic: Codable, Hashable, Sendable {
    /// How many values there are.
    public var count: Int
    public var mean: Double
    /// The standard deviation of the values, with count − 1 as divisor; absent for one value.
    public var standardDeviation: Double?

    /// Nil for no values.
    public init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        count = values.count
        let mean = values.reduce(0, +) / Double(values.count)
        self.mean = mean
        if values.count > 1 {
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            standardDeviation = (squares / Double(values.count - 1)).squareRoot()
        }
    }

    /// The standard error of the mean; nil for one value.
    public var standardError: Double? { standardDeviation.map { $0 / Double(count).squareRoot() } }
}
