/// A column that names whom each sample came from, such as its writer: the ground of a natural partition.
public struct DatasetKey: Equatable, Sendable {
    /// The column's name, by which a partition asks for it.
    public let name: String
    /// One value a sample.
    public let values: [UInt32]

    public init(name: String, values: [UInt32]) {
        self.name = name
        self.values = values
    }
}
