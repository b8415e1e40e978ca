import HansaCore
import HansaResults
import Synchronization

/// Norms and distances of the updates of one attempt at a round, taken where clients train.
///
/// For updates u of n clients: the norms ‖u‖, and √(Σ‖u‖²/n − ‖Σu/n‖²), the root mean square of ‖u − Σu/n‖. The sum of
/// updates is of integers in units of 2^-24, so that no order of clients and no number of workers changes it: with
/// |u| ≤ 2^20 and fewer than 2^19 clients every partial sum is below 2^63. One vector is held, whatever the cohort.
final class DriftMeter: Sendable {
    private struct Attempt {
        var round: UInt32 = 0
        var number: UInt32 = 0
        /// Each trained client's squared norm.
        var squares: [UInt32: Double] = [:]
        var sum: [Int64] = []
        /// Whether every update so far is within what the sum holds.
        var isExact = true
    }

    private static let unit = 0x1p-24
    private static let elementMax: Float = 0x1p20
    private static let clientCountMax = 1 << 19

    private let state = Mutex(Attempt())

    /// Takes in what one client's training made of what it received; of an attempt that is over, and of a client that
    /// trains again, nothing.
    func add(_ id: AssignmentID, received: [Float], trained: [Float]) {
        guard received.count == trained.count else { return }
        var square = 0.0
        var largest: Float = 0
        for (old, new) in zip(received, trained) {
            let change = new - old
            square += Double(change) * Double(change)
            largest = max(largest, abs(change))
        }
        let isExact = square.isFinite && largest <= Self.elementMax
        state.withLock { state in
            if (id.round, id.attempt) != (state.round, state.number) {
                guard (id.round, id.attempt) > (state.round, state.number) else { return }
                let count = state.sum.count == received.count ? received.count : 0
                var sum = state.sum
                if count == 0 { sum = [Int64](repeating: 0, count: received.count) }
                for index in 0..<count { sum[index] = 0 }
                state = Attempt(round: id.round, number: id.attempt, sum: sum)
            }
            guard state.squares[id.client.number] == nil else { return }
            state.squares[id.client.number] = square
            guard isExact, state.isExact, state.squares.count < Self.clientCountMax else {
                state.isExact = false
                return
            }
            for index in 0..<received.count {
                let change = Double(trained[index] - received[index])
                state.sum[index] &+= Int64((change / Self.unit).rounded(.toNearestOrEven))
            }
        }
    }

    /// The drift of an attempt that ended; nil where a client counts that was not seen training.
    func drift(of record: ParticipationRecord) -> ClientDrift? {
        state.withLock { state in
            guard (record.round, record.attempt) == (state.round, state.number), !record.accepted.isEmpty else {
                return nil
            }
            let squares = record.accepted.compactMap { state.squares[$0] }
            guard squares.count == record.accepted.count, squares.allSatisfy(\.isFinite) else { return nil }
            let norms = squares.map { $0.squareRoot() }
            let count = Double(squares.count)
            var distance: Double?
            if state.isExact, state.squares.count == squares.count {
                var mean = 0.0
                for sum in state.sum {
                    let element = Double(sum) * Self.unit / count
                    mean += element * element
                }
                distance = max(0, squares.reduce(0, +) / count - mean).squareRoot()
            }
            return ClientDrift(
                normMean: norms.reduce(0, +) / count,
                normMax: norms.max() ?? 0,
                distance: distance
            )
        }
    }
}
