import CDNNL

/// A primitive together with the tensors that it works on, the same in every run.
final class DNNLPrimitive {
    private let handle: dnnl_primitive_t
    private let engine: DNNLEngine
    private let memories: [DNNLMemory]
    private let arguments: UnsafeMutableBufferPointer<dnnl_exec_arg_t>

    /// - Parameter tensors: oneDNN's numbers of the arguments, and the tensors that take their places.
    init(_ description: DNNLDescription, _ tensors: [(Int32, DNNLMemory)], on engine: DNNLEngine) throws(DNNLError) {
        var handle: dnnl_primitive_t?
        try DNNLEngine.check(dnnl_primitive_create(&handle, description.handle), "prepare a primitive")
        guard let handle else { throw DNNLError(operation: "prepare a primitive", status: 0) }
        self.handle = handle
        self.engine = engine
        memories = tensors.map(\.1)
        arguments = .allocate(capacity: tensors.count)
        _ = arguments.initialize(from: tensors.map { dnnl_exec_arg_t(arg: $0.0, memory: $0.1.handle) })
    }

    /// A copy from one layout into another.
    convenience init(
        copying source: DNNLMemory,
        to destination: DNNLMemory,
        on engine: DNNLEngine
    ) throws(DNNLError) {
        try self.init(
            DNNLDescription(from: source.descriptor, to: destination.descriptor, on: engine),
            [(DNNL_ARG_SRC, source), (DNNL_ARG_DST, destination)],
            on: engine
        )
    }

    deinit {
        arguments.deallocate()
        dnnl_primitive_destroy(handle)
    }

    func run() throws(DNNLError) {
        let status = dnnl_primitive_execute(
            handle,
            engine.stream,
            Int32(truncatingIfNeeded: arguments.count),
            arguments.baseAddress
        )
        try DNNLEngine.check(status, "run a primitive")
    }
}
