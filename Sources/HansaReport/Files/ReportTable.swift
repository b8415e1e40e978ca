/// A finished table that a report takes up as it is.
public struct ReportTable: Sendable {
    public var summary: String
    public var caption: String
    public var head: [String]
    public var rows: [[String]]

    public init(summary: String, caption: String, head: [String], rows: [[String]]) {
        self.summary = summary
        self.caption = caption
        self.head = head
        self.rows = rows
    }
}
