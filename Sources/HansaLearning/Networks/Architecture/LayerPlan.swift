/// A layer in its place: what comes in, what goes out, and where its parameters lie.
struct LayerPlan: Hashable, Sendable {
    let layer: Layer
    let input: NetworkShape
    let output: NetworkShape
    /// The number of its first own block of parameters.
    let first: Int
    /// A residual block's layers.
    let inner: [LayerPlan]
    /// What leads around them: one plan where they change the shape, else none.
    let projection: [LayerPlan]
}
