import HansaCore
import HansaNumerics
import HansaQuantization

/// Where each section of the model lies in the payload of each role, and in which lattice.
///
/// The plans of all roles cut the model into the same sections with the same finest step; their lattices may be nested
/// in it at different shifts and widths. ``LatticeSum`` and ``PackedUpdates`` find and check payloads through it.
struct PayloadLayout: Sendable {
    /// One section of the model.
    struct Section: Equatable {
        /// Its parameters, in flat order.
        var parameters: Range<Int>
        /// The finest lattice's step: the unit of a sum.
        var step: Double
    }

    /// How one role sends one section.
    struct Piece {
        /// Its bytes in the payload.
        var bytes: Range<Int>
        var count: Int
        var lattice: Lattice
        var width: BitWidth
    }

    let sections: [Section]
    /// One piece a section, in the order of ``sections``.
    let pieces: [ClientRole: [Piece]]

    /// Refuses plans of several roles that do not add up: other sections, or other finest steps.
    init(shape: AggregationShape) throws(AggregationError) {
        var sections: [Section]?
        var pieces: [ClientRole: [Piece]] = [:]
        for (role, plan) in shape.plans {
            let (own, cut) = try Self.cut(plan, schema: shape.schema)
            guard own == sections ?? own else { throw .shapeMismatch }
            sections = own
            pieces[role] = cut
        }
        self.sections = sections ?? []
        self.pieces = pieces
        // What the owners of sums rely on.
        for section in self.sections where section.parameters.count > PackedLayout.countMax { throw .shapeMismatch }
    }

    /// Refuses a payload of another length than the role's plan gives, an integer outside its lattice, or padding that
    /// is not zero.
    func check(_ payload: [UInt8], of role: ClientRole) throws(AggregationError) {
        guard let pieces = pieces[role] else { throw .unexpectedRole }
        let byteCount = pieces.last?.bytes.upperBound ?? 0
        guard payload.count == byteCount else { throw .wrongByteCount(got: payload.count, expected: byteCount) }
        let isValid = payload.withUnsafeBytes { bytes in
            pieces.allSatisfy { piece in
                do throws(QuantizationError) {
                    try PackedLayout.verify(
                        UnsafeRawBufferPointer(rebasing: bytes[piece.bytes]),
                        count: piece.count,
                        width: piece.width,
                        bound: piece.lattice.bound
                    )
                    return true
                } catch {
                    return false
                }
            }
        }
        guard isValid else { throw .outsideLattice }
    }

    /// Finds every section's parameters and bytes.
    private static func cut(
        _ plan: RoundPlan,
        schema: ParameterSchema
    ) throws(AggregationError) -> ([Section], [Piece]) {
        var sections: [Section] = []
        var pieces: [Piece] = []
        var start = 0
        for section in plan.up {
            guard case .packed(let lattice, let width) = section.encoding else { throw .shapeMismatch }
            let parameters = schema.parameterRange(ofBlocks: section.blocks)
            let end = start + section.byteCount(parameterCount: parameters.count)
            sections.append(Section(parameters: parameters, step: lattice.step))
            pieces.append(Piece(bytes: start..<end, count: parameters.count, lattice: lattice, width: width))
            start = end
        }
        return (sections, pieces)
    }
}
