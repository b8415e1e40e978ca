import Foundation

/// Trials of a release on all cores.
public enum AuditTrials {
    /// PRIVACY.md §9: so many of each input.
    public static let countDefault = 200_000
    /// What memory holds without thought.
    public static let countMax = 10_000_000

    /// Releases each input `count` times; the samples of each view.
    ///
    /// Which core makes a trial does not matter: the same release gives the same samples.
    ///
    /// - Parameter workerCount: for how many cores there is work at once; by default all.
    public static func samples(
        of release: some AuditedRelease,
        count: Int,
        workerCount: Int? = nil
    ) async throws(AuditError) -> [AuditSamples] {
        guard (4...countMax).contains(count) else { throw .invalidTrialCount(got: count, max: countMax) }
        // Some pieces for each worker, so that none waits long for the last.
        let pieceCount = min(count, 8 * max(1, workerCount ?? ProcessInfo.processInfo.activeProcessorCount))
        let bounds = (0...pieceCount).map { UInt32($0 * count / pieceCount) }
        let pieces = await withTaskGroup(of: (Int, Result<[AuditSamples], AuditError>).self) { group in
            for piece in 0..<pieceCount {
                group.addTask { (piece, samples(of: release, trials: bounds[piece]..<bounds[piece + 1])) }
            }
            var pieces = [Result<[AuditSamples], AuditError>?](repeating: nil, count: pieceCount)
            for await (piece, result) in group { pieces[piece] = result }
            return pieces
        }
        var joined: [AuditSamples] = []
        for piece in pieces {
            guard let samples = try piece?.get() else { continue }
            if joined.isEmpty {
                joined = samples
            } else {
                for index in joined.indices { joined[index].append(samples[index]) }
            }
        }
        return joined
    }

    private static func samples(
        of release: some AuditedRelease,
        trials: Range<UInt32>
    ) -> Result<[AuditSamples], AuditError> {
        var samples = release.views.map { _ in AuditSamples(plus: [], minus: []) }
        do throws(AuditError) {
            for trial in trials {
                for (index, values) in try release.statistics(isPlus: true, trial: trial).enumerated() {
                    AuditSamples.append(values, to: &samples[index].plus)
                }
                for (index, values) in try release.statistics(isPlus: false, trial: trial).enumerated() {
                    AuditSamples.append(values, to: &samples[index].minus)
                }
            }
            return .success(samples)
        } catch {
            return .failure(error)
        }
    }
}
