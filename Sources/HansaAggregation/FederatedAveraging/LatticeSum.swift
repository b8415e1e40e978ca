import HansaCore
import HansaNumerics
import HansaPrivacy
import HansaQuantization

/// The exact integer sum of a round's packed updates: one Int64 a parameter, in units of each section's finest step.
///
/// The plans of all roles cut the model into the same sections with the same finest step; their lattices may be nested
/// in it at different shifts and widths. ``AggregationShape`` has bounded every sum below 2^62. ``MeanAggregator`` owns
/// one and checks a payload before it adds it.
struct LatticeSum: Sendable {
    private let layout: PayloadLayout
    /// The sums of all sections; none before ``prepare()``.
    private var sums: [ExactSum] = []

    /// Refuses plans of several roles that do not add up: other sections, or other finest steps.
    init(shape: AggregationShape) throws(AggregationError) { layout = try PayloadLayout(shape: shape) }

    /// Makes the sums, which are 0 and twice as large as the model; done by itself before anything is added.
    mutating func prepare() {
        guard sums.isEmpty else { return }
        do throws(QuantizationError) {
            sums = try layout.sections.map { (section) throws(QuantizationError) in
                try ExactSum(count: section.parameters.count)
            }
        } catch {
            preconditionFailure("the sections' lengths were checked")
        }
    }

    /// The sums of all sections, one behind the other, in units of each section's finest step.
    var integers: [Int64] { sums.flatMap(\.values) }

    /// What ``PayloadLayout/check(_:of:)`` refuses.
    func check(_ payload: [UInt8], of role: ClientRole) throws(AggregationError) {
        try layout.check(payload, of: role)
    }

    /// Adds q · 2^shift · `weight` for every integer q of a payload that ``check(_:of:)`` let pass.
    mutating func add(_ payload: [UInt8], of role: ClientRole, weight: Int64) {
        guard let pieces = layout.pieces[role] else { return }
        prepare()
        payload.withUnsafeBytes { bytes in
            for (index, piece) in pieces.enumerated() {
                let wasAdded = sums[index].withSums { sums in
                    do throws(QuantizationError) {
                        try ExactSum.accumulate(
                            UnsafeRawBufferPointer(rebasing: bytes[piece.bytes]),
                            width: piece.width,
                            shift: piece.lattice.shift,
                            weight: weight,
                            range: 0..<sums.count,
                            into: sums
                        )
                        return true
                    } catch {
                        return false
                    }
                }
                precondition(wasAdded, "the length and the weight were checked before anything was added")
            }
        }
    }

    /// Adds a partial sum over the same sections.
    mutating func merge(_ other: Self) {
        if other.sums.isEmpty { return }
        prepare()
        for index in sums.indices {
            do throws(QuantizationError) {
                try sums[index].merge(other.sums[index])
            } catch {
                preconditionFailure("partial sums were compared before they are merged")
            }
        }
    }

    /// Adds noise in units of the role's own lattices to every sum, drawn in the order of the parameters.
    mutating func addNoise(
        _ mechanism: NoiseMechanism,
        key: NoiseKey,
        as role: ClientRole
    ) throws(AggregationError) {
        guard let pieces = layout.pieces[role], pieces.count == layout.sections.count else { throw .unexpectedRole }
        prepare()
        do throws(PrivacyError) {
            let sampler = try NoiseSampler(mechanism)
            var stream = try NoiseStream(key: key.bytes)
            for (index, piece) in pieces.enumerated() {
                var next = 0
                while next < piece.count {
                    let draws = try Self.draws(min(4096, piece.count - next), of: sampler, from: &stream)
                    sums[index].withSums { sums in
                        for (offset, draw) in draws.enumerated() {
                            // Sums stay below 2^62 and the shifted draw below 2^61.
                            sums[next + offset] &+= Int64(draw) << Int64(piece.lattice.shift)
                        }
                    }
                    next += draws.count
                }
            }
        } catch {
            throw .noiseUnsupported
        }
    }

    private static func draws(
        _ count: Int,
        of sampler: NoiseSampler,
        from stream: inout NoiseStream
    ) throws(PrivacyError) -> [Int32] {
        var draws = [Int32](repeating: 0, count: count)
        var failure: PrivacyError?
        draws.withUnsafeMutableBufferPointer { draws in
            do throws(PrivacyError) { try sampler.fill(draws, from: &stream) } catch { failure = error }
        }
        if let failure { throw failure }
        return draws
    }

    /// Float(Double(sum) · (step / `divisor`)) for every parameter of a section, and 0 for `local` blocks.
    ///
    /// The quotient is computed once a section, in Double, so that the bits do not depend on how updates were grouped.
    func mean(divisor: Double, parameterCount: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: parameterCount) { mean, initialized in
            var next = 0
            for (section, sum) in zip(layout.sections, sums) {
                mean[next..<section.parameters.lowerBound].initialize(repeating: 0)
                next = section.parameters.upperBound
                sum.dequantize(
                    stepOverWeight: section.step / divisor,
                    into: UnsafeMutableBufferPointer(rebasing: mean[section.parameters])
                )
            }
            mean[next..<parameterCount].initialize(repeating: 0)
            initialized = parameterCount
        }
    }
}
