public import HansaNumerics

extension DenseArchitecture {
    /// Recovers the architecture that has this schema.
    ///
    /// A device gets the schema over the wire and no architecture: names, shapes and roles must be exactly those that
    /// ``schema()`` makes, so that equal schemas mean equal models.
    public init(schema: ParameterSchema) throws(DenseError) {
        let blocks = schema.blocks
        guard blocks.count.isMultiple(of: 2) else { throw .notDense(block: blocks.count - 1) }
        var widths: [Int] = []
        for index in stride(from: 0, to: blocks.count, by: 2) {
            let shape = blocks[index].shape
            guard shape.count == 2 else { throw .notDense(block: index) }
            if widths.isEmpty { widths.append(shape[1]) }
            widths.append(shape[0])
        }
        guard let inputs = widths.first, let classes = widths.last else { throw .notDense(block: 0) }
        try self.init(inputCount: inputs, hiddenCounts: Array(widths.dropFirst().dropLast()), classCount: classes)
        let own = self.schema().blocks
        for index in blocks.indices {
            #if hasFeature(Embedded)
            let block = blocks[index]
            #else
            // A block that stays on the client trains like any other.
            let isLocal = blocks[index].role == .local
            let block = isLocal ? ParameterBlock(name: blocks[index].name, shape: blocks[index].shape) : blocks[index]
            #endif
            guard own[index] == block else { throw .notDense(block: index) }
        }
    }
}
