/// A data set's training and test part.
public struct DatasetSplit: Sendable {
    /// The name of the whole.
    public let name: String
    /// What the clients' partitions are cut from.
    public let train: Dataset
    /// What models are tested on; nil for local data without a test part.
    public let test: Dataset?

    public init(name: String, train: Dataset, test: Dataset?) {
        self.name = name
        self.train = train
        self.test = test
    }
}
