import HansaNumerics

/// The schemes of FedML, of pathological splits and of FedProx.
extension PartitionDealer {
    /// One Dirichlet draw a class over the clients that have fewer than N/K samples by then.
    func balancedDirichlet(alpha: Double, minimum: Int) throws(PartitionError) -> Partition {
        try checkSkew(alpha: alpha, minimum: minimum)
        let pools = samplesByClass()
        for attempt in 0..<Self.triesMax {
            let stream = Self.stream(seed: seed, use: .proportions, attempt: attempt)
            var sampler = DirichletSampler(concentration: alpha, stream: stream)
            var sizes = [Int](repeating: 0, count: clientCount)
            var shares: [[Int]] = []
            for pool in pools {
                let logarithms = sampler.logarithms(clientCount)
                let isOpen = { (client: Int) in sizes[client] * clientCount < dataset.sampleCount }
                let proportions = Proportions.normalized(logarithms: logarithms, isOpen: isOpen)
                let share = Proportions.cut(pool.count, by: proportions, isOpen: isOpen)
                for client in 0..<clientCount { sizes[client] += share[client] }
                shares.append(share)
            }
            if sizes.allSatisfy({ $0 >= minimum }) { return try deal(pools, shares: shares) }
        }
        throw .minimumNotDrawn(tries: Self.triesMax, concentration: alpha, minimum: minimum, clients: clientCount)
    }

    /// `perClient` different classes for each client; each class is cut evenly among its holders.
    func classes(perClient: Int) throws(PartitionError) -> Partition {
        let pools = samplesByClass()
        let present = try checkedClasses(pools, perClient: perClient)
        // Every class has as many holders as every other, or one more; which ones do is drawn.
        var free = present.map { _ in clientCount * perClient / present.count }
        var extra = Array(present.indices)
        var stream = Self.stream(seed: seed, use: .classes)
        stream.shuffle(&extra)
        for index in extra.prefix(clientCount * perClient % present.count) { free[index] += 1 }
        var holders = [[Int]](repeating: [], count: pools.count)
        for client in 0..<clientCount {
            var order = Array(present.indices)
            stream.shuffle(&order)
            // Classes with the most places left go first, so that the last clients still find different ones.
            order.sort { free[$0] > free[$1] }
            for index in order.prefix(perClient) {
                free[index] -= 1
                holders[present[index]].append(client)
            }
        }
        return try dealEvenly(pools, to: holders)
    }

    /// Sizes by log-normal weights; with `classes`, client u holds that many consecutive classes from class u on.
    func powerLaw(sigma: Double, minimum: Int, classes: Int?) throws(PartitionError) -> Partition {
        guard sigma > 0, sigma.isFinite else { throw .invalidSigma(got: sigma) }
        guard minimum >= 1 else { throw .invalidMinimum(got: minimum) }
        func weights(_ number: Int, count: Int) -> [Double] {
            var stream = Self.stream(seed: seed, use: .proportions, number: number)
            var normal = PolarNormal()
            let logarithms = (0..<count).map { _ in sigma * normal.next(&stream) }
            return Proportions.normalized(logarithms: logarithms)
        }
        guard let classes else {
            try checkMinimum(minimum)
            let rest = dataset.sampleCount - minimum * clientCount
            let sizes = Proportions.cut(rest, by: weights(0, count: clientCount)).map { $0 + minimum }
            return try cut(shuffledSamples(), sizes: sizes)
        }
        let pools = samplesByClass()
        let present = try checkedClasses(pools, perClient: classes)
        var holders = [[Int]](repeating: [], count: pools.count)
        for client in 0..<clientCount {
            for step in 0..<classes { holders[present[(client + step) % present.count]].append(client) }
        }
        var shares = pools.map { _ in [Int](repeating: 0, count: clientCount) }
        for label in present {
            let (needed, overflow) = holders[label].count.multipliedReportingOverflow(by: minimum)
            guard !overflow, needed <= pools[label].count else {
                throw .classTooSmall(
                    label: label,
                    holders: holders[label].count,
                    minimum: minimum,
                    samples: pools[label].count
                )
            }
            let own = Proportions.cut(
                pools[label].count - needed,
                by: weights(label, count: holders[label].count)
            )
            for (client, share) in zip(holders[label], own) { shares[label][client] = share + minimum }
        }
        return try deal(pools, shares: shares)
    }

    /// The classes that have samples, where clients can hold so many of them and all of them find a holder.
    private func checkedClasses(_ pools: [[UInt32]], perClient: Int) throws(PartitionError) -> [Int] {
        let present = pools.indices.filter { !pools[$0].isEmpty }
        guard perClient >= 1, perClient <= present.count else {
            throw .invalidClassCount(got: perClient, classes: present.count)
        }
        guard clientCount * perClient >= present.count else {
            throw .classesWithoutClient(clients: clientCount, perClient: perClient, classes: present.count)
        }
        return present
    }

    private func dealEvenly(_ pools: [[UInt32]], to holders: [[Int]]) throws(PartitionError) -> Partition {
        var shares = pools.map { _ in [Int](repeating: 0, count: clientCount) }
        for (label, pool) in pools.enumerated() where !pool.isEmpty {
            guard holders[label].count <= pool.count else {
                throw .classTooSmall(label: label, holders: holders[label].count, minimum: 1, samples: pool.count)
            }
            for (client, size) in zip(holders[label], evenSizes(of: pool.count, parts: holders[label].count)) {
                shares[label][client] = size
            }
        }
        return try deal(pools, shares: shares)
    }
}
