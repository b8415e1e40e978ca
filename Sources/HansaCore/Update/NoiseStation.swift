public import HansaPrivacy
import HansaQuantization

/// The station of the pipeline that adds a client's noise.
///
/// Its sampler's table takes milliseconds to compute where the noise is wide. ``UpdatePipeline`` makes a station for each
/// payload unless it is given one, which whoever encodes many payloads of one plan keeps.
public struct NoiseStation: Sendable {
    /// The law of what one client adds.
    public let mechanism: NoiseMechanism
    private let sampler: NoiseSampler

    /// The station of a law.
    public init(_ mechanism: NoiseMechanism) throws(PrivacyError) {
        self.mechanism = mechanism
        sampler = try NoiseSampler(mechanism)
    }

    /// The station of a plan's clients; nil where they add no noise.
    public init?(plan: RoundPlan) throws(PrivacyError) {
        guard let mechanism = try plan.noise.noise?.clientMechanism() else { return nil }
        try self.init(mechanism)
    }

    /// Adds noise of a key, which is used for nothing else, and limits the sums to ±`bound`, which is post-processing;
    /// returns how many were limited.
    func add(to values: inout [Int32], bound: Int32, key: NoiseKey) throws(PrivacyError) -> Int {
        var stream = try NoiseStream(key: key.bytes)
        var limitedCount = 0
        // In pieces, so that the noise needs no vector of the model's size.
        var draws = [Int32](repeating: 0, count: min(values.count, 8 * PackedLayout.groupCount))
        var start = 0
        while start < values.count {
            let count = min(draws.count, values.count - start)
            try fill(&draws, count: count, stream: &stream)
            for index in 0..<count {
                // Bounds: `start + index` is below the number of values; two Int32 add up in Int64.
                let sum = Int64(values[start + index]) + Int64(draws[index])
                let limited = min(max(sum, -Int64(bound)), Int64(bound))
                limitedCount += limited == sum ? 0 : 1
                values[start + index] = Int32(truncatingIfNeeded: limited)
            }
            start += count
        }
        return limitedCount
    }

    private func fill(_ draws: inout [Int32], count: Int, stream: inout NoiseStream) throws(PrivacyError) {
        var failure: PrivacyError?
        draws.withUnsafeMutableBufferPointer { draws in
            do throws(PrivacyError) {
                // Bounds: at most as many as there are places.
                try sampler.fill(UnsafeMutableBufferPointer(rebasing: draws[..<count]), from: &stream)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }
}
