#if !hasFeature(Embedded)
import HansaQuantization

/// The element-wise steps of local algorithms, each one multiplication and one addition an element, in this order.
extension FlatVector {
    /// target ← target − factor · vector; as many numbers in both.
    static func subtract(_ vector: [Float], times factor: Float, from target: inout [Float]) {
        precondition(vector.count == target.count, "vectors of one model")
        for index in target.indices { target[index] -= factor * vector[index] }
    }

    /// target ← target + (left − right); as many numbers in all.
    static func add(_ left: [Float], minus right: [Float], to target: inout [Float]) {
        precondition(left.count == target.count && right.count == target.count, "vectors of one model")
        for index in target.indices { target[index] += left[index] - right[index] }
    }
}
#endif
