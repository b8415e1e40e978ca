extension StateTensor {
    /// The values of exactly these vectors, in this order; nil where nothing is stored.
    ///
    /// Refuses other names, vectors of different lengths or of none, and values that are not finite.
    static func values(of state: [StateTensor], named names: [String]) throws(AggregationError) -> [[Float]]? {
        guard !state.isEmpty else { return nil }
        let got = state.map(\.name)
        guard got == names else { throw .invalidState("got vectors \(got), expected \(names)") }
        let count = state[0].values.count
        for tensor in state {
            guard tensor.values.count == count, count > 0 else {
                throw .invalidState("\(tensor.name) has \(tensor.values.count) values, \(names[0]) has \(count)")
            }
            guard tensor.values.isFinite else {
                throw .invalidState("\(tensor.name) holds a value that is not finite")
            }
        }
        return state.map(\.values)
    }
}
