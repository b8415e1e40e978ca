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

    mutating func step(_ parameters: inout [Float], by delta: [Float]) {
        parameters.withUnsafeMutableBufferPointer { x in
            delta.withUnsafeBufferPointer { delta in
                for i in x.indices { x[i] += learningRate * delta[i] }
            }
        }
    }
}
