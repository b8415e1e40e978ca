public import HansaCore
public import HansaNumerics
import HansaPrivacy
public import HansaQuantization

/// Cuts a model into sections by the public ranges of a configuration, and gives each its lattice for a round.
///
/// Neighbouring blocks of one range form a section; `local` blocks are in none. Every round's lattice is nested in the
/// schedule's widest one, so the unit of a section's sum is the same in all rounds. Strategies call it for every plan;
/// whoever resolves a configuration calls it once before the first round, so that a wrong name stops the run early.
public struct SectionPlanner: Sendable {
    private struct Part {
        var blocks: Range<Int>
        var range: Double
    }

    private let schema: ParameterSchema
    private let parts: [Part]

    /// Refuses a block that no range covers or that two name, a name the model does not have, and a `local` block.
    public init(schema: ParameterSchema, ranges: [SectionRange]) throws(ConfigurationError) {
        self.schema = schema
        let owner = try Self.owners(schema: schema, ranges: ranges)
        var parts: [Part] = []
        var last: Int?
        for (block, range) in owner.enumerated() {
            if let range {
                if range == last {
                    parts[parts.count - 1].blocks = parts[parts.count - 1].blocks.lowerBound..<block + 1
                } else {
                    parts.append(Part(blocks: block..<block + 1, range: ranges[range].range))
                }
            }
            last = range
        }
        self.parts = parts
    }

    /// The sections of a model that is sent down as it is.
    public var modelSections: [SectionPlan] {
        var sections: [SectionPlan] = []
        for part in parts {
            if let last = sections.last, last.blocks.upperBound == part.blocks.lowerBound {
                sections[sections.count - 1].blocks = last.blocks.lowerBound..<part.blocks.upperBound
            } else {
                sections.append(SectionPlan(blocks: part.blocks, encoding: .float32))
            }
        }
        return sections
    }

    /// The sections of an update of `width` bits, nested in lattices of `finest` bits.
    ///
    /// Under a joint clip all sections share one lattice, whose bound is the largest integer that the clip lets a single
    /// coordinate take: what lies beyond is refused at the door.
    public func updateSections(
        width: BitWidth,
        finest: BitWidth,
        clip: ClipRule
    ) throws(ConfigurationError) -> [SectionPlan] {
        if case .none = clip {
            var sections: [SectionPlan] = []
            for part in parts {
                let lattice = try Self.lattice(covering: part.range, width: width, finest: finest)
                sections.append(SectionPlan(blocks: part.blocks, encoding: .packed(lattice, width)))
            }
            return sections
        }
        guard let range = parts.first?.range else { return [] }
        if let other = parts.first(where: { $0.range != range }) {
            throw .invalidValue(
                key: "ranges",
                got: "ranges of ±\(range) and ±\(other.range)",
                expected: "one range for all blocks, because a joint clip needs one lattice"
            )
        }
        let whole = try Self.lattice(covering: range, width: width, finest: finest)
        let bounded = try bound(whole, range: range, clip: clip)
        return modelSections.map { SectionPlan(blocks: $0.blocks, encoding: .packed(bounded, width)) }
    }

    /// The sections of a noised update, and the noise: step, width and noise follow together from the clip bound, the
    /// dimension and the width (PRIVACY.md §3).
    ///
    /// The step is the finest that leaves room for the noise: the largest integer of one coordinate and the tail of
    /// the client's own noise over all coordinates of a whole cohort fit the width. The configured ranges say nothing here,
    /// because the clip bound does.
    public func noisedSections(
        width: BitWidth,
        clip: ClipRule,
        noise: NoiseConfiguration
    ) throws(ConfigurationError) -> (sections: [SectionPlan], noise: NoisePlan) {
        let clipBound: Double
        switch clip {
        case .none: throw .missing(key: "clip", expected: "a bound")
        case .l1(let bound), .l2(let bound): clipBound = bound
        }
        var count = 0
        for part in parts { count += schema.parameterRange(ofBlocks: part.blocks).count }
        let room = Double(width.magnitudeMax)
        // How many steps the clip bound is: the more, the finer; found by halving, since what is needed grows with it.
        var fits: Int64 = 0
        var tooMany = width.magnitudeMax + 1
        while tooMany - fits > 1 {
            let middle = fits + (tooMany - fits) / 2
            do {
                let need = try need(steps: middle, clipBound: clipBound, count: count, clip: clip, noise: noise)
                if need.total > room { tooMany = middle } else { fits = middle }
            } catch QuantizationError.stepTooCoarse {
                fits = middle
            } catch {
                // More steps than integers have, or noise wider than can be drawn.
                tooMany = middle
            }
        }
        do {
            let found = try need(steps: max(fits, 1), clipBound: clipBound, count: count, clip: clip, noise: noise)
            guard found.total <= room else { throw PrivacyError.invalidParameter }
            let lattice = try Lattice(
                step: found.step,
                bound: found.hasClientNoise ? width.magnitudeMax : found.coordinateBound
            )
            return (
                modelSections.map { SectionPlan(blocks: $0.blocks, encoding: .packed(lattice, width)) },
                .added(found.noise)
            )
        } catch {
            throw .invalidValue(
                key: "widths",
                got: "\(width.bits) bits for \(count) parameters and a multiplier of \(noise.multiplier)",
                expected:
                    "more bits, fewer parameters or a smaller multiplier: the noise needs the room that the update has"
            )
        }
    }

    private struct Need {
        var step: Double
        var coordinateBound: Int64
        var noise: Noise
        var hasClientNoise: Bool
        /// The largest magnitude that has to be sent.
        var total: Double
    }

    private func need(
        steps: Int64,
        clipBound: Double,
        count: Int,
        clip: ClipRule,
        noise: NoiseConfiguration
    ) throws -> Need {
        let step = clipBound / Double(steps)
        let coordinateBound = try clip.coordinateBound(count: count, step: step) ?? 0
        var squared = UInt64(coordinateBound) * UInt64(coordinateBound)
        if case .l2(let bound) = clip {
            squared = try ConditionalRounding(count: count, clip: bound, step: step).boundSquared
        }
        let whole = Noise(
            mechanism: try noise.mechanism(boundL1: coordinateBound, boundL2Squared: squared),
            placement: noise.placement,
            source: noise.source
        )
        let own = try whole.clientMechanism()
        try NoiseSampler.validate(own ?? whole.mechanism)
        let tail = own.map { NoiseTail.magnitude(of: $0, drawCount: Double(count) * Double(noise.cohort)) } ?? 0
        return Need(
            step: step,
            coordinateBound: coordinateBound,
            noise: whole,
            hasClientNoise: own != nil,
            total: Double(coordinateBound) + tail
        )
    }

    /// The index of the range of each block; nil for `local` ones.
    private static func owners(
        schema: ParameterSchema,
        ranges: [SectionRange]
    ) throws(ConfigurationError) -> [Int?] {
        var numbers: [String: Int] = [:]
        for (number, block) in schema.blocks.enumerated() { numbers[block.name] = number }
        var owners = [Int?](repeating: nil, count: schema.blocks.count)
        var remainder: Int?
        for (index, range) in ranges.enumerated() {
            guard range.range.isFinite, range.range > 0 else {
                throw .invalidValue(
                    key: "ranges[\(index)].range",
                    got: "\(range.range)",
                    expected: "a finite number above 0"
                )
            }
            let key = "ranges[\(index)].blocks"
            if range.blocks.isEmpty {
                guard remainder == nil else {
                    throw .invalidValue(key: key, got: "a second range without names", expected: "one at most")
                }
                remainder = index
            }
            for name in range.blocks {
                guard let number = numbers[name] else { throw .unknown(key: key, got: name, known: numbers.keys) }
                guard schema.blocks[number].role != .local else {
                    throw .invalidValue(
                        key: key,
                        got: "'\(name)'",
                        expected: "a block that is not local: it never leaves a client"
                    )
                }
                guard owners[number] == nil else { throw .duplicateName(key: key, got: name) }
                owners[number] = index
            }
        }
        for (number, block) in schema.blocks.enumerated() where block.role != .local && owners[number] == nil {
            guard let remainder else {
                throw .missing(
                    key: "ranges",
                    expected: "a range for block '\(block.name)', by name or by one range without names"
                )
            }
            owners[number] = remainder
        }
        return owners
    }

    private static func lattice(
        covering range: Double,
        width: BitWidth,
        finest: BitWidth
    ) throws(ConfigurationError) -> Lattice {
        do throws(QuantizationError) {
            return try Lattice(covering: range, width: width, nestedIn: finest)
        } catch {
            throw .invalidValue(
                key: "ranges",
                got: "±\(range) at \(width.bits) of \(finest.bits) bits",
                expected: "a range whose step is a normal number"
            )
        }
    }

    /// The same grid with the bound that the clip implies.
    private func bound(_ lattice: Lattice, range: Double, clip: ClipRule) throws(ConfigurationError) -> Lattice {
        var count = 0
        for part in parts { count += schema.parameterRange(ofBlocks: part.blocks).count }
        do throws(QuantizationError) {
            guard let needed = try clip.coordinateBound(count: count, step: lattice.ownStep) else { return lattice }
            guard needed <= lattice.bound else {
                throw QuantizationError.clipExceedsLattice(needed: needed, bound: lattice.bound)
            }
            return try Lattice(step: lattice.step, shift: lattice.shift, bound: needed)
        } catch {
            throw Self.explain(error, lattice: lattice, range: range)
        }
    }

    private static func explain(
        _ error: QuantizationError,
        lattice: Lattice,
        range: Double
    ) -> ConfigurationError {
        switch error {
        case .clipExceedsLattice(let needed, let bound):
            .invalidValue(
                key: "ranges",
                got: "±\(range)",
                expected: "at least about ±\(range * Double(needed) / Double(bound)), or a smaller clip"
            )
        case .boundExceedsWidth:
            .invalidValue(key: "ranges", got: "±\(range)", expected: "a wider range or a smaller clip")
        case .stepTooCoarse(let stepMax):
            .invalidValue(
                key: "widths",
                got: "a step of \(lattice.ownStep)",
                expected: "more bits or a smaller range: this clip needs a step of at most \(stepMax)"
            )
        default:
            .invalidValue(key: "clip", got: "\(error)", expected: "a finite bound above 0 that fits the ranges")
        }
    }
}
