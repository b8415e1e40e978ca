/// Plain averaging with a server learning rate: x ← x + η·Δ, the product rounded first.
///
/// With η = 1 the product is exact and the model is x + Δ, which is FedAvg. It keeps no state.
struct ServerSGD: ServerOptimizer {
    let learningRate: Float

    var state: [StateTensor] { [] }
    var parameterCount: Int? { nil }

    mutating func restore(_ state: [StateTensor]) throws(AggregationError) {
        _ = try StateTensor.values(of: state, named: [])
    }

    /// In one pass: a model of many millions of parameters is larger than every cache.
    ///
    /// A coordinate of the aggregate that is not finite gives a parameter that is not, so one test is enough.
    mutating func advance(_ parameters: inout [Float], by aggregate: Aggregate) throws(AggregationError) {
        let count = parameters.count
        guard aggregate.delta.count == count else { throw .shapeMismatch }
        var found: UInt32 = 0
        let moved = [Float](unsafeUninitializedCapacity: count) { moved, initialized in
            parameters.withUnsafeBufferPointer { x in
                aggregate.delta.withUnsafeBufferPointer { delta in
                    for i in x.indices {
                        let value = x[i] + learningRate * delta[i]
                        found |= value.bitPattern & 0x7F80_0000 == 0x7F80_0000 ? 1 : 0
                        moved.initializeElement(at: i, to: value)
                    }
                }
            }
            initialized = count
        }
        guard found == 0 else { throw .notFinite }
        parameters = moved
    }

    mutating func step(_ parameters: inout [Float], by delta: [Float]) {
        parameters.withUnsafeMutableBufferPointer { x in
            delta.withUnsafeBufferPointer { delta in
                for i in x.indices { x[i] += learningRate * delta[i] }
            }
        }
    }
}
