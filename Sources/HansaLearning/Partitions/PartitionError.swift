/// Why a split of a data set over clients cannot be, or is not what it promises.
public enum PartitionError: Error, Equatable, Sendable {
    /// A split needs at least one client.
    case noClients(got: Int)
    /// Every client needs at least one sample.
    case moreClientsThanSamples(clients: Int, samples: Int)
    /// A Dirichlet concentration is finite and above zero.
    case invalidConcentration(got: Double)
    /// The least number of samples a client must have is at least 1.
    case invalidMinimum(got: Int)
    /// The clients' least numbers of samples add up to more than there are.
    case minimumUnreachable(clients: Int, minimum: Int, samples: Int)
    /// No draw gave every client its least number of samples.
    case minimumNotDrawn(tries: Int, concentration: Double, minimum: Int, clients: Int)
    /// A client holds at least one shard.
    case invalidShardCount(got: Int)
    /// Every shard needs at least one sample.
    case moreShardsThanSamples(shards: Int, samples: Int)
    /// A client holds at least one class, and no more than there are.
    case invalidClassCount(got: Int, classes: Int)
    /// So few clients with so few classes each leave classes to nobody.
    case classesWithoutClient(clients: Int, perClient: Int, classes: Int)
    /// A class has too few samples for those who hold it.
    case classTooSmall(label: Int, holders: Int, minimum: Int, samples: Int)
    /// The parameter of log-normal weights is finite and above zero.
    case invalidSigma(got: Double)
    /// A share of held-out samples is at least 0 and below 1.
    case invalidShare(got: Double)
    /// The level of a feature skew's noise is finite and above zero.
    case invalidNoise(got: Double)
    /// Images are turned in at least two groups.
    case invalidGroupCount(got: Int)
    /// A feature skew does not fit the samples.
    case featuresNotSkewable(got: String, expected: String)
    /// The data set has no natural key of this name.
    case unknownKey(got: String, known: [String])
    /// A natural split has no more clients than the key has values.
    case moreClientsThanKeys(clients: Int, keys: Int)
    /// A stored split has another number of clients than asked for.
    case wrongClientCount(got: Int, expected: Int)
    /// Offsets begin at 0, never fall, and end at the number of samples listed.
    case invalidOffsets
    /// A sample number is not below the data set's count.
    case sampleOutOfRange(got: Int, sampleCount: Int)
    /// A client has no sample.
    case emptyClient(client: Int)
    /// A sample is dealt twice.
    case dealtTwice(sample: Int)
    /// Some samples are dealt to nobody.
    case notCovering(dealt: Int, samples: Int)
    /// A stored split could not be read.
    case file(DataError)
}

extension PartitionError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noClients(let got):
            "got \(got) clients, expected at least 1."
        case .moreClientsThanSamples(let clients, let samples):
            "got \(clients) clients for \(samples) samples, expected a sample for each. Lower the number of clients."
        case .invalidConcentration(let got):
            "got the concentration alpha \(got), expected a finite number above 0. "
                + "Small values such as 0.1 skew much, large ones such as 100 hardly."
        case .invalidMinimum(let got):
            "got a minimum of \(got) samples a client, expected at least 1."
        case .minimumUnreachable(let clients, let minimum, let samples):
            "got a minimum of \(minimum) samples for each of \(clients) clients with \(samples) samples in all, "
                + "expected at most \(samples / max(clients, 1)). Lower the minimum or the number of clients."
        case .minimumNotDrawn(let tries, let concentration, let minimum, let clients):
            "got no draw in \(tries) with at least \(minimum) samples for each of \(clients) clients at alpha "
                + "\(concentration), expected one. Raise alpha, or lower the minimum or the number of clients."
        case .invalidShardCount(let got):
            "got \(got) shards a client, expected at least 1."
        case .moreShardsThanSamples(let shards, let samples):
            "got \(shards) shards for \(samples) samples, expected a sample for each. "
                + "Lower the shards a client or the number of clients."
        case .invalidClassCount(let got, let classes):
            "got \(got) classes a client, expected 1 to \(classes), as many as have samples."
        case .classesWithoutClient(let clients, let perClient, let classes):
            "got \(clients) clients of \(perClient) classes for \(classes) classes, expected a client for each class. "
                + "Raise the number of clients or of classes a client."
        case .classTooSmall(let label, let holders, let minimum, let samples):
            "got \(holders) clients with at least \(minimum) samples of class \(label), which has \(samples), expected "
                + "enough samples for each. Lower the number of clients, of classes a client, or the minimum."
        case .invalidSigma(let got):
            "got sigma \(got), expected a finite number above 0; FedProx has 2."
        case .invalidShare(let got):
            "got the share \(got) of held-out samples, expected at least 0 and below 1."
        case .invalidNoise(let got):
            "got noise of level \(got), expected a finite number above 0."
        case .invalidGroupCount(let got):
            "got \(got) groups of turned images, expected at least 2; 4 turns by quarters."
        case .featuresNotSkewable(let got, let expected):
            "got \(got), expected \(expected). Remove the feature skew, or use other data."
        case .unknownKey(let got, let known):
            "got the natural key \"\(got)\", expected "
                + (known.isEmpty
                    ? "none, as the data set has no natural key. Choose another split."
                    : "one of: \(known.joined(separator: ", ")).")
        case .moreClientsThanKeys(let clients, let keys):
            "got \(clients) clients for a natural key of \(keys) values, expected at most \(keys). "
                + "Lower the number of clients, or leave it out to have one client a value."
        case .wrongClientCount(let got, let expected):
            "got a stored split for \(got) clients, expected \(expected). Leave the number of clients out, or correct it."
        case .invalidOffsets:
            "got offsets that do not cut the list of samples, expected them to begin at 0, never to fall and to end at "
                + "the number of samples listed. Write the split again."
        case .sampleOutOfRange(let got, let sampleCount):
            "got the sample number \(got), expected 0 to \(sampleCount - 1). The split belongs to another data set."
        case .emptyClient(let client):
            "got no sample for client \(client), expected at least one. Leave that client out."
        case .dealtTwice(let sample):
            "got sample \(sample) twice, expected each sample with one client. Write the split again."
        case .notCovering(let dealt, let samples):
            "got \(dealt) samples dealt, expected all \(samples). Write the split again."
        case .file(let error):
            error.description
        }
    }
}
