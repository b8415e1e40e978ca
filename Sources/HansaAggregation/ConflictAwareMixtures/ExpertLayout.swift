import HansaNumerics

/// Which parameters of a model belong to which expert, to routers, and to all.
struct ExpertLayout: Equatable, Sendable {
    /// One expert of one mixture layer.
    struct Expert: Equatable, Sendable {
        var layer: Int
        var index: Int
        /// Its parameters, ascending and apart.
        var parameters: [Range<Int>]

        var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }
    }

    /// In the order in which their first blocks stand in the schema: the order of a client's loads.
    let experts: [Expert]
    let routers: [Range<Int>]
    /// What every client shares, beside routers.
    let shared: [Range<Int>]

    /// Refuses a model without experts.
    init(schema: ParameterSchema) throws(ConfigurationError) {
        var experts: [Expert] = []
        var (routers, shared): ([Range<Int>], [Range<Int>]) = ([], [])
        var places: [BlockRole: Int] = [:]
        for (number, block) in schema.blocks.enumerated() {
            let parameters = schema.parameterRange(ofBlock: number)
            switch block.role {
            case .local: break
            case .dense: Self.append(parameters, to: &shared)
            case .router: Self.append(parameters, to: &routers)
            case .expert(let layer, let index):
                let place = places[block.role] ?? experts.count
                if place == experts.count { experts.append(Expert(layer: layer, index: index, parameters: [])) }
                places[block.role] = place
                Self.append(parameters, to: &experts[place].parameters)
            }
        }
        guard !experts.isEmpty else {
            throw .invalidValue(
                key: "strategy",
                got: "a model of \(schema.blocks.count) blocks of which none is an expert's",
                expected: "a model with a mixture of experts, such as model.kind: switch-moe; or the strategy fedavg"
            )
        }
        self.experts = experts
        self.routers = routers
        self.shared = shared
    }

    private static func append(_ range: Range<Int>, to ranges: inout [Range<Int>]) {
        if let last = ranges.last, last.upperBound == range.lowerBound {
            ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
        } else {
            ranges.append(range)
        }
    }
}
