public import HansaCore

/// A client announces an update.
public struct UploadBegin: Hashable, Sendable {
    /// Assignment, plan digest, payload digest and the fields that the plan lets be returned.
    public var report: UpdateReport
    public var totalByteCount: UInt64
    /// The byte count of each section, in the plan's order.
    public var sectionByteCounts: [UInt64]

    public init(report: UpdateReport, totalByteCount: UInt64, sectionByteCounts: [UInt64]) {
        self.report = report
        self.totalByteCount = totalByteCount
        self.sectionByteCounts = sectionByteCounts
    }
}
