import HansaCore

/// What the lines of a ledger mean, put into an order that neither arrivals nor restarts decide.
struct LedgerSemantics: Hashable, Sendable {
    /// The place of a line: the header first, then by round, attempt, receipts before publications, client and fence.
    struct Key: Hashable, Comparable, Sendable {
        private var round: UInt32 = 0
        private var attempt: UInt32 = 0
        private var rank: UInt8 = 0
        private var client: UInt32 = 0
        private var fence: UInt32 = 0

        /// The header's.
        init() {}

        init(_ release: LedgerRelease) {
            (round, attempt) = (release.round, release.attempt)
            switch release.content {
            case .received(let client, let fence, _, _): (rank, self.client, self.fence) = (1, client.number, fence)
            case .published: rank = 2
            }
        }

        static func < (left: Self, right: Self) -> Bool {
            (left.round, left.attempt, left.rank, left.client, left.fence)
                < (right.round, right.attempt, right.rank, right.client, right.fence)
        }
    }

    private struct Meaning: Hashable, Sendable {
        let key: Key
        let digest: SHA256Digest
    }

    private var meanings: [Meaning] = []

    /// Takes in a line without its index and chain.
    mutating func add(_ body: String, at key: Key) {
        meanings.append(Meaning(key: key, digest: SHA256Digest(hashing: Array(body.utf8))))
    }

    /// SHA-256 over the lines' digests in their order; lines of one place in the order of their digests.
    var digest: SHA256Digest {
        var hasher = SHA256Hasher()
        let ordered = meanings.sorted { left, right in
            left.key == right.key
                ? left.digest.bytes.lexicographicallyPrecedes(right.digest.bytes) : left.key < right.key
        }
        for meaning in ordered { hasher.update(meaning.digest.bytes) }
        return hasher.finalize()
    }
}
