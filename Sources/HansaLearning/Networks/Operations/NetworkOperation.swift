/// One step of a network over a batch, its tensors fixed when it was built.
protocol NetworkOperation: AnyObject {
    /// Computes the output from the input.
    func forward() throws(DNNLError)
    /// Computes the gradients of input and parameters from the gradient of the output.
    func backward() throws(DNNLError)
}
