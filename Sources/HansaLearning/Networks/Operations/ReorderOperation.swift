/// Copies a tensor into another layout, and its gradient back.
final class ReorderOperation: NetworkOperation {
    private let there: DNNLPrimitive
    private let back: DNNLPrimitive?

    init(from source: Tensor, to copy: Tensor, on engine: DNNLEngine) throws(DNNLError) {
        there = try DNNLPrimitive(copying: source.value, to: copy.value, on: engine)
        if let gradient = copy.gradient, let target = source.gradient {
            back = try DNNLPrimitive(copying: gradient, to: target, on: engine)
        } else {
            back = nil
        }
    }

    func forward() throws(DNNLError) { try there.run() }
    func backward() throws(DNNLError) { try back?.run() }
}
