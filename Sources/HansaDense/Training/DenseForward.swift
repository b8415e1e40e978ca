internal import CHansaKernels

/// The way of a block of examples from the inputs to the class scores.
enum DenseForward {
    /// Runs the first `rows` rows of the workspace's inputs through all layers.
    static func run(_ workspace: DenseWorkspace, rows: Int, keepsColumns: Bool) {
        let last = workspace.layers.count - 1
        for index in workspace.layers.indices {
            hansa_dense_forward(&workspace.layers[index], rows, index < last, keepsColumns)
        }
    }
}
