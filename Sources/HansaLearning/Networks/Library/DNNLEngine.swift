import CDNNL

/// oneDNN's processor and the stream that runs primitives on it, one after the other.
///
/// A worker has one of its own and uses it on one task at a time.
final class DNNLEngine {
    let handle: dnnl_engine_t
    let stream: dnnl_stream_t

    init() throws(DNNLError) {
        omp_set_num_threads(1)
        var engine: dnnl_engine_t?
        try Self.check(dnnl_engine_create(&engine, dnnl_cpu, 0), "find the processor")
        guard let engine else { throw DNNLError(operation: "find the processor", status: 0) }
        var stream: dnnl_stream_t?
        let status = dnnl_stream_create(&stream, engine, dnnl_stream_default_flags.rawValue)
        guard status == dnnl_success, let stream else {
            dnnl_engine_destroy(engine)
            throw DNNLError(operation: "make a stream", status: status.rawValue)
        }
        handle = engine
        self.stream = stream
    }

    deinit {
        dnnl_stream_destroy(stream)
        dnnl_engine_destroy(handle)
    }

    /// Has the calling thread run primitives by itself: what runs at once are clients.
    func usesOneThread() { omp_set_num_threads(1) }

    /// Throws where a call did not succeed.
    static func check(_ status: dnnl_status_t, _ operation: @autoclosure () -> String) throws(DNNLError) {
        guard status != dnnl_success else { return }
        throw DNNLError(operation: operation(), status: status.rawValue)
    }
}
