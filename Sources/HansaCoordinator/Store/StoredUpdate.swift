public import HansaCore

/// One durable update, as the store gives it back.
public struct StoredUpdate: Hashable, Sendable {
    public var report: UpdateReport
    /// The integer weight under the plan's rule.
    public var weight: Int64

    public init(report: UpdateReport, weight: Int64) {
        self.report = report
        self.weight = weight
    }
}
