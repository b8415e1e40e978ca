#if !hasFeature(Embedded)
/// One expert of one mixture-of-experts layer, both counted from 0.
public struct ExpertName: Hashable, Sendable {
    public var layer: Int
    public var index: Int

    public init(layer: Int, index: Int) {
        self.layer = layer
        self.index = index
    }
}

extension ParameterSchema {
    /// The experts of all mixture layers, in the order in which their first blocks stand in the schema.
    ///
    /// What counts experts, such as a client's loads, counts in this order.
    public var experts: [ExpertName] {
        var seen: Set<ExpertName> = []
        var experts: [ExpertName] = []
        for block in blocks {
            guard let name = block.role.expert, seen.insert(name).inserted else { continue }
            experts.append(name)
        }
        return experts
    }
}

extension BlockRole {
    /// The expert that a block belongs to; nil for other blocks.
    public var expert: ExpertName? {
        if case .expert(let layer, let index) = self { ExpertName(layer: layer, index: index) } else { nil }
    }
}
#endif
