/// How a csv file is to be read.
public struct CSVOptions: Equatable, Sendable {
    /// Whether the first line names the columns.
    public enum Header: Equatable, Sendable {
        /// Every line holds values.
        case absent
        /// The first line names the columns.
        case present
        /// The first line is no part of the table.
        case ignored
    }

    /// What becomes of a row with an empty cell or `?`.
    public enum MissingValues: Equatable, Sendable {
        /// The file is refused.
        case refuse
        /// The row is left out and counted.
        case dropRow
    }

    /// A column by its name or its number from 0; negative numbers count from the last, which is -1.
    public enum Column: Equatable, Sendable {
        /// By the name in the header.
        case named(String)
        /// By position.
        case at(Int)
    }

    public var header: Header
    public var missingValues: MissingValues
    /// Columns that are left out before missing values are looked for.
    public var skipped: [Column]

    public init(header: Header = .absent, missingValues: MissingValues = .refuse, skipped: [Column] = []) {
        self.header = header
        self.missingValues = missingValues
        self.skipped = skipped
    }
}
