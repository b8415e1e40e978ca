/// A column that names whom each sample came from, such as its writer: the ground of a natural partition.
public struct DatasetKey: Equatable, Sendable {
    /// The column's name, by which a partition asks for it.
    public let name: String
    /// One value a sample.
    public let values: [UInt32]
    /// What values are called, by value; empty where they are numbers and no more.
    public let names: [String]

    public init(name: String, values: [UInt32], names: [String] = []) {
        self.name = name
        self.values = values
        self.names = names
    }

    /// What people call a value: its name, or its number.
    public func name(of value: UInt32) -> String {
        Int(value) < names.count ? names[Int(value)] : String(value)
    }
}
