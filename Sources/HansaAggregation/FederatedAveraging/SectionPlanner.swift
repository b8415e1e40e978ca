public import HansaCore
public import HansaNumerics
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
            let needed: Int64
            switch clip {
            case .none: return lattice
            case .l1(let bound):
                needed = try SystematicRounding(clip: bound, step: lattice.ownStep).bound
            case .l2(let bound):
                let rounding = try ConditionalRounding(count: count, clip: bound, step: lattice.ownStep)
                needed = Int64(clamping: UInt64(Double(rounding.boundSquared).squareRoot().rounded(.up)))
            }
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
