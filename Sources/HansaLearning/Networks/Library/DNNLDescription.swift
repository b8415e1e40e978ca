import CDNNL

/// What a primitive computes and in which layouts: oneDNN's primitive descriptor.
final class DNNLDescription {
    let handle: dnnl_primitive_desc_t
    private let engine: DNNLEngine

    /// - Parameters:
    ///   - operation: oneDNN's operation descriptor.
    ///   - forward: the forward pass that this is the backward pass of.
    ///   - rectifies: whether max(0, ·) follows in the same pass.
    init<Operation>(
        _ operation: Operation,
        forward: DNNLDescription? = nil,
        rectifies: Bool = false,
        on engine: DNNLEngine
    ) throws(DNNLError) {
        let attributes = rectifies ? try Self.rectifier() : nil
        defer { if let attributes { dnnl_primitive_attr_destroy(attributes) } }
        var handle: dnnl_primitive_desc_t?
        let status = withUnsafePointer(to: operation) {
            dnnl_primitive_desc_create(&handle, $0, attributes, engine.handle, forward?.handle)
        }
        guard status == dnnl_success, let handle else {
            throw DNNLError(operation: "compute \(Operation.self)", status: status.rawValue)
        }
        self.handle = handle
        self.engine = engine
    }

    /// Copies a tensor into another layout.
    init(from source: DNNLDescriptor, to destination: DNNLDescriptor, on engine: DNNLEngine) throws(DNNLError) {
        var (source, destination) = (source.raw, destination.raw)
        var handle: dnnl_primitive_desc_t?
        let status = dnnl_reorder_primitive_desc_create(
            &handle,
            &source,
            engine.handle,
            &destination,
            engine.handle,
            nil
        )
        guard status == dnnl_success, let handle else {
            throw DNNLError(operation: "change a tensor's layout", status: status.rawValue)
        }
        self.handle = handle
        self.engine = engine
    }

    deinit { dnnl_primitive_desc_destroy(handle) }

    /// The layout that the primitive wants of one of its tensors.
    ///
    /// - Parameter index: which one, where it has several of a kind.
    func descriptor(_ query: dnnl_query_t, _ index: Int32 = 0) throws(DNNLError) -> DNNLDescriptor {
        guard let raw = dnnl_primitive_desc_query_md(handle, query, index) else {
            throw DNNLError(operation: "name a tensor's layout", status: 0)
        }
        return DNNLDescriptor(raw.pointee)
    }

    /// Whether oneDNN has only its slow loops for it.
    var isReference: Bool {
        var name: UnsafePointer<CChar>?
        let status = withUnsafeMutablePointer(to: &name) {
            dnnl_primitive_desc_query(handle, dnnl_query_impl_info_str, 0, $0)
        }
        guard status == dnnl_success, let name else { return false }
        return String(cString: name).hasPrefix("ref")
    }

    private static func rectifier() throws(DNNLError) -> dnnl_primitive_attr_t? {
        var attributes: dnnl_primitive_attr_t?
        try DNNLEngine.check(dnnl_primitive_attr_create(&attributes), "make attributes")
        var operations: dnnl_post_ops_t?
        try DNNLEngine.check(dnnl_post_ops_create(&operations), "make attributes")
        defer { dnnl_post_ops_destroy(operations) }
        try DNNLEngine.check(dnnl_post_ops_append_eltwise(operations, 1, dnnl_eltwise_relu, 0, 0), "add a rectifier")
        try DNNLEngine.check(dnnl_primitive_attr_set_post_ops(attributes, operations), "add a rectifier")
        return attributes
    }
}
