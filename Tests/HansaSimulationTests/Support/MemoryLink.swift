import Synchronization

@testable import HansaSimulation

/// Ranks that are tasks of one process: messages lie in memory until they are asked for.
final class MemoryLink: RankLink {
    /// The messages on their way, by sender and receiver.
    final class Exchange: Sendable {
        fileprivate let messages = Mutex<[[Int]: [[UInt8]]]>([:])
    }

    let rank: Int
    let rankCount: Int
    private let exchange: Exchange

    private init(rank: Int, rankCount: Int, exchange: Exchange) {
        self.rank = rank
        self.rankCount = rankCount
        self.exchange = exchange
    }

    /// A link for each rank.
    static func group(of count: Int) -> [MemoryLink] {
        let exchange = Exchange()
        return (0..<count).map { MemoryLink(rank: $0, rankCount: count, exchange: exchange) }
    }

    func send(_ bytes: [UInt8], to rank: Int) {
        exchange.messages.withLock { $0[[self.rank, rank], default: []].append(bytes) }
    }

    func receive(from rank: Int) async throws(RankError) -> [UInt8] {
        while true {
            let next = exchange.messages.withLock { messages -> [UInt8]? in
                guard messages[[rank, self.rank]]?.isEmpty == false else { return nil }
                return messages[[rank, self.rank]]?.removeFirst()
            }
            if let next { return next }
            if Task.isCancelled { throw .library(call: "receive", message: "cancelled") }
            await Task.yield()
        }
    }
}
