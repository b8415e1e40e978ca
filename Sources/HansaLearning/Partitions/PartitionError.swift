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
