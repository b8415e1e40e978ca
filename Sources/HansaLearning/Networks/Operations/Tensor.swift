/// What lies between two operations: values on the way forward and the loss's derivative by them on the way back.
struct Tensor {
    let shape: NetworkShape
    let value: DNNLMemory
    /// Nil where nothing before it learns, and in programs that only measure.
    let gradient: DNNLMemory?
    /// Whether its values are read again after the next operation, which may not change them in place then.
    var isKept = false
}
