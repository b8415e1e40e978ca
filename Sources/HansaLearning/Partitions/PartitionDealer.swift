import HansaNumerics

/// Deals a data set's samples to clients; the client count is between 1 and the sample count.
///
/// Random streams are addressed by what they are for, so that no draw depends on another's length. Each client's
/// samples end in a random order, as clients that do not shuffle would else meet their classes one after another.
struct PartitionDealer {
    /// The uses of the partition's stream, in the address's place for a round.
    enum Use: UInt32 {
        case proportions = 0
        case pool = 1
        case clientOrder = 2
        case classes = 3
        case heldOut = 4
    }

    /// How often a Dirichlet split is drawn before it is given up.
    static let triesMax = 1_000

    let dataset: Dataset
    let clientCount: Int
    let seed: UInt64

    static func stream(seed: UInt64, use: Use, number: Int = 0, attempt: Int = 0) -> RandomStream {
        RandomStream(
            seed: seed,
            round: use.rawValue,
            client: UInt32(truncatingIfNeeded: number),
            purpose: .partition,
            attempt: UInt32(truncatingIfNeeded: attempt)
        )
    }

    func iid() throws(PartitionError) -> Partition {
        try cut(shuffledSamples(), sizes: evenSizes(of: dataset.sampleCount, parts: clientCount))
    }

    func quantity(alpha: Double, minimum: Int) throws(PartitionError) -> Partition {
        try checkSkew(alpha: alpha, minimum: minimum)
        var sampler = DirichletSampler(concentration: alpha, stream: Self.stream(seed: seed, use: .proportions))
        let rest = dataset.sampleCount - minimum * clientCount
        return try cut(shuffledSamples(), sizes: sampler.deal(rest, to: clientCount).map { $0 + minimum })
    }

    func dirichlet(alpha: Double, minimum: Int) throws(PartitionError) -> Partition {
        try checkSkew(alpha: alpha, minimum: minimum)
        let pools = samplesByClass()
        for attempt in 0..<Self.triesMax {
            let stream = Self.stream(seed: seed, use: .proportions, attempt: attempt)
            var sampler = DirichletSampler(concentration: alpha, stream: stream)
            let shares = pools.map { sampler.deal($0.count, to: clientCount) }
            var sizes = [Int](repeating: 0, count: clientCount)
            for share in shares { for client in 0..<clientCount { sizes[client] += share[client] } }
            guard sizes.allSatisfy({ $0 >= minimum }) else { continue }
            return try deal(pools, shares: shares)
        }
        throw .minimumNotDrawn(
            tries: Self.triesMax,
            concentration: alpha,
            minimum: minimum,
            clients: clientCount
        )
    }

    func labelShards(perClient: Int) throws(PartitionError) -> Partition {
        guard perClient >= 1 else { throw .invalidShardCount(got: perClient) }
        let (shardCount, overflow) = perClient.multipliedReportingOverflow(by: clientCount)
        guard !overflow, shardCount <= dataset.sampleCount else {
            throw .moreShardsThanSamples(shards: overflow ? Int.max : shardCount, samples: dataset.sampleCount)
        }
        let sorted = samplesByClass().flatMap { $0 }
        var shards: [ArraySlice<UInt32>] = []
        var start = 0
        for size in evenSizes(of: sorted.count, parts: shardCount) {
            shards.append(sorted[start..<start + size])
            start += size
        }
        var stream = Self.stream(seed: seed, use: .pool)
        stream.shuffle(&shards)
        let clients = (0..<clientCount).map { client in
            shuffled(shards[(client * perClient)..<((client + 1) * perClient)].flatMap { $0 }, client: client)
        }
        return try Partition(clients: clients)
    }

    /// A client for each value of a key.
    ///
    /// The values are chosen at random where there are more of them than clients.
    static func natural(
        _ dataset: Dataset,
        key name: String,
        clientCount: Int?,
        seed: UInt64
    ) throws(PartitionError) -> Partition {
        guard let key = dataset.key(named: name) else {
            throw .unknownKey(got: name, known: dataset.keys.map(\.name))
        }
        var owned: [UInt32: [UInt32]] = [:]
        for (sample, value) in key.values.enumerated() { owned[value, default: []].append(UInt32(sample)) }
        var values = owned.keys.sorted()
        if let clientCount {
            guard clientCount >= 1 else { throw .noClients(got: clientCount) }
            guard clientCount <= values.count else {
                throw .moreClientsThanKeys(clients: clientCount, keys: values.count)
            }
            if clientCount < values.count {
                var stream = stream(seed: seed, use: .pool)
                stream.shuffle(&values)
                values = values[..<clientCount].sorted()
            }
        }
        let dealer = PartitionDealer(dataset: dataset, clientCount: values.count, seed: seed)
        let clients = values.enumerated().map { client, value in
            dealer.shuffled(owned[value] ?? [], client: client)
        }
        return try Partition(clients: clients)
    }

    func checkSkew(alpha: Double, minimum: Int) throws(PartitionError) {
        guard alpha > 0, alpha.isFinite else { throw .invalidConcentration(got: alpha) }
        guard minimum >= 1 else { throw .invalidMinimum(got: minimum) }
        try checkMinimum(minimum)
    }

    func checkMinimum(_ minimum: Int) throws(PartitionError) {
        let (needed, overflow) = minimum.multipliedReportingOverflow(by: clientCount)
        guard !overflow, needed <= dataset.sampleCount else {
            throw .minimumUnreachable(clients: clientCount, minimum: minimum, samples: dataset.sampleCount)
        }
    }

    /// Cuts shuffled pools, one a class, and joins each client's pieces.
    func deal(_ pools: [[UInt32]], shares: [[Int]]) throws(PartitionError) -> Partition {
        var clients = [[UInt32]](repeating: [], count: clientCount)
        for (label, pool) in pools.enumerated() {
            var pool = pool
            var stream = Self.stream(seed: seed, use: .pool, number: label)
            stream.shuffle(&pool)
            var start = 0
            for client in 0..<clientCount {
                let size = shares[label][client]
                clients[client] += pool[start..<start + size]
                start += size
            }
        }
        return try Partition(clients: clients.enumerated().map { shuffled($1, client: $0) })
    }

    /// Cuts a shuffled list into stretches of these sizes, whose sum is its count.
    func cut(_ samples: [UInt32], sizes: [Int]) throws(PartitionError) -> Partition {
        var offsets: [UInt32] = [0]
        var end = 0
        for size in sizes {
            end += size
            offsets.append(UInt32(end))
        }
        return try Partition(offsets: offsets, samples: samples)
    }

    func shuffledSamples() -> [UInt32] {
        var samples = Array(0..<UInt32(dataset.sampleCount))
        var stream = Self.stream(seed: seed, use: .pool)
        stream.shuffle(&samples)
        return samples
    }

    private func shuffled(_ samples: [UInt32], client: Int) -> [UInt32] {
        var samples = samples
        var stream = Self.stream(seed: seed, use: .clientOrder, number: client)
        stream.shuffle(&samples)
        return samples
    }

    /// Each class's samples in rising order.
    func samplesByClass() -> [[UInt32]] {
        var pools = [[UInt32]](repeating: [], count: dataset.classCount)
        for (sample, label) in dataset.labels.values.enumerated() { pools[label].append(UInt32(sample)) }
        return pools
    }

    /// Sizes that differ by at most one, the larger first.
    func evenSizes(of total: Int, parts: Int) -> [Int] {
        (0..<parts).map { total / parts + ($0 < total % parts ? 1 : 0) }
    }
}
