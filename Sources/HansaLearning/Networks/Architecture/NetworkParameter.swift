import HansaNumerics

/// One block of a network's parameters.
struct NetworkParameter: Hashable, Sendable {
    /// How a block starts.
    enum Start: Hashable, Sendable {
        /// Uniform within ±1/√ of how many inputs a unit sums over.
        case uniform(fanIn: Int)
        /// Uniform within ± this.
        case within(Float)
        case constant(Float)
    }

    /// As in the schema, for example `layers.0.weight`.
    let name: String
    /// Row-major: [out, in], [out, in, height, width] or [out].
    let shape: [Int]
    let start: Start
    /// Whether gradients change it; running statistics are kept by their layer.
    let isLearned: Bool
    let role: BlockRole

    init(name: String, shape: [Int], start: Start, isLearned: Bool = true, role: BlockRole = .dense) {
        self.name = name
        self.shape = shape
        self.start = start
        self.isLearned = isLearned
        self.role = role
    }

    var count: Int { shape.reduce(1, *) }
}
