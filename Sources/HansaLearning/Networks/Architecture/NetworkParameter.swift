/// One block of a network's parameters.
struct NetworkParameter: Hashable, Sendable {
    /// As in the schema, for example `layers.0.weight`.
    let name: String
    /// Row-major: [out, in], [out, in, height, width] or [out].
    let shape: [Int]
    /// How many inputs a unit sums over: starting values are uniform within ±1/√ of it.
    let fanIn: Int

    var count: Int { shape.reduce(1, *) }
}
