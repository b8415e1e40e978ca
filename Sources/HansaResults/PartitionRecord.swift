/// How the samples of a run lie with its clients: the content of `partition.json`.
public struct PartitionRecord: Codable, Equatable, Sendable {
    /// One client's samples.
    public struct Client: Codable, Equatable, Sendable {
        /// How many of each class.
        public var histogram: [Int]
        /// The entropy of its labels, in nats.
        public var labelEntropy: Double

        public init(histogram: [Int], labelEntropy: Double) {
            self.histogram = histogram
            self.labelEntropy = labelEntropy
        }

        public var size: Int { histogram.reduce(0) { $0 &+ $1 } }
    }

    /// The most clients that are listed one by one.
    public static let listedCountMax = 500

    /// The data set, the way it is split and its parameters, in words.
    public var title: String
    public var clientCount: Int
    public var sampleCount: Int
    /// The smallest, the middle and the largest client's samples.
    public var sizeMin: Int
    public var sizeMedian: Int
    public var sizeMax: Int
    /// Mean entropy of the clients' labels, and that of all samples together, in nats.
    public var labelEntropyMean: Double
    public var labelEntropyTotal: Double
    /// How many samples of each class there are.
    public var histogram: [Int]
    /// The first clients, at most ``listedCountMax``.
    public var clients: [Client]

    public init(
        title: String,
        clientCount: Int,
        sampleCount: Int,
        sizeMin: Int,
        sizeMedian: Int,
        sizeMax: Int,
        labelEntropyMean: Double,
        labelEntropyTotal: Double,
        histogram: [Int],
        clients: [Client]
    ) {
        self.title = title
        self.clientCount = clientCount
        self.sampleCount = sampleCount
        self.sizeMin = sizeMin
        self.sizeMedian = sizeMedian
        self.sizeMax = sizeMax
        self.labelEntropyMean = labelEntropyMean
        self.labelEntropyTotal = labelEntropyTotal
        self.histogram = histogram
        self.clients = clients
    }
}
