/// A client's contribution: header and packed integers, section after section.
public struct ClientUpdate: Hashable, Sendable {
    public var report: UpdateReport
    /// The packed sections in the plan's order, back to back.
    public var payload: [UInt8]

    public init(report: UpdateReport, payload: [UInt8]) {
        self.report = report
        self.payload = payload
    }
}
