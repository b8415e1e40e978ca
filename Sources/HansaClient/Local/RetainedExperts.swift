#if !hasFeature(Embedded)
import HansaCore
import HansaNumerics

/// What FC-MoE's client keeps of a round: of each expert that it used, the received parameters and its own update.
///
/// Byte form: for each expert in `ParameterSchema.experts`' order one byte, 1 where it was used; then, block by block in
/// schema order, for the blocks of used experts the received floats and the update's floats.
struct RetainedExperts {
    private let isUsed: [Bool]
    /// For each used expert's block, in schema order: the received parameters, then the update.
    private let values: [Float]

    /// - Parameters:
    ///   - start: where training started.
    ///   - loads: how many tokens each expert learned from; where there are none, every expert that moved was used.
    init(received: [Float], start: [Float], trained: [Float], loads: [UInt32], schema: ParameterSchema) {
        let experts = schema.experts
        var isUsed = [Bool](repeating: false, count: experts.count)
        if loads.count == experts.count {
            isUsed = loads.map { $0 > 0 }
        } else {
            for (index, name) in experts.enumerated() {
                isUsed[index] = schema.blocks.indices.contains { block in
                    schema.blocks[block].role.expert == name
                        && schema.parameterRange(ofBlock: block).contains { trained[$0] != start[$0] }
                }
            }
        }
        var values: [Float] = []
        for (block, range) in Self.blocks(isUsed, schema: schema) {
            _ = block
            values.append(contentsOf: received[range])
            for index in range { values.append(trained[index] - start[index]) }
        }
        self.isUsed = isUsed
        self.values = values
    }

    init?(bytes: [UInt8], schema: ParameterSchema) {
        let count = schema.experts.count
        guard bytes.count >= count, let values = LocalRound.floats(Array(bytes[count...])) else { return nil }
        isUsed = bytes[..<count].map { $0 == 1 }
        let needed = Self.blocks(isUsed, schema: schema).reduce(0) { $0 + 2 * $1.range.count }
        guard values.count == needed else { return nil }
        self.values = values
    }

    var bytes: [UInt8] { isUsed.map { $0 ? 1 : 0 } + LocalRound.bytes(values) }

    /// Adds the residual of each expert, times λ, to the received model; see `ExpertRetention`.
    func reanchor(
        _ model: inout [Float],
        retention: ExpertRetention,
        consensus: [Float]?,
        schema: ParameterSchema
    ) {
        guard retention.factor > 0 else { return }
        switch retention.kind {
        case .deviation:
            var next = 0
            for (_, range) in Self.blocks(isUsed, schema: schema) {
                for (offset, index) in range.enumerated() {
                    let moved = (model[index] - values[next + offset]) / retention.serverRate
                    let residual = values[next + range.count + offset] - moved
                    model[index] += retention.factor * residual
                }
                next += 2 * range.count
            }
        case .projected:
            guard let consensus, consensus.count == model.count else { return }
            project(&model, retention: retention, consensus: consensus, schema: schema)
        }
    }

    /// r = (⟨g, ḡ⟩/‖ḡ‖²)·ḡ of each expert whose update conflicts with the consensus.
    private func project(
        _ model: inout [Float],
        retention: ExpertRetention,
        consensus: [Float],
        schema: ParameterSchema
    ) {
        let experts = schema.experts
        var dots = [Double](repeating: 0, count: experts.count)
        var norms = dots
        var consensusNorms = dots
        var next = 0
        for (block, range) in Self.blocks(isUsed, schema: schema) {
            guard let name = schema.blocks[block].role.expert, let expert = experts.firstIndex(of: name) else {
                continue
            }
            for (offset, index) in range.enumerated() {
                let update = Double(values[next + range.count + offset])
                let direction = Double(consensus[index])
                dots[expert] += update * direction
                norms[expert] += update * update
                consensusNorms[expert] += direction * direction
            }
            next += 2 * range.count
        }
        for (block, range) in Self.blocks(isUsed, schema: schema) {
            guard let name = schema.blocks[block].role.expert, let expert = experts.firstIndex(of: name) else {
                continue
            }
            let bound = -Double(retention.margin) * (norms[expert] * consensusNorms[expert]).squareRoot()
            // A consensus of nearly nothing has no direction.
            guard dots[expert] < bound, consensusNorms[expert] > 1e-12 else { continue }
            let share = Float(dots[expert] / consensusNorms[expert])
            for index in range { model[index] += retention.factor * share * consensus[index] }
        }
    }

    private static func blocks(
        _ isUsed: [Bool],
        schema: ParameterSchema
    ) -> [(block: Int, range: Range<Int>)] {
        var used: Set<ExpertName> = []
        for (name, wasUsed) in zip(schema.experts, isUsed) where wasUsed { used.insert(name) }
        return schema.blocks.indices.compactMap { index in
            guard let name = schema.blocks[index].role.expert, used.contains(name) else { return nil }
            return (index, schema.parameterRange(ofBlock: index))
        }
    }
}
#endif
