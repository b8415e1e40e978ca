import CDNNL

/// The shape of a tensor of float32 and how it lies in memory.
struct DNNLDescriptor: Equatable {
    /// oneDNN's own.
    var raw: dnnl_memory_desc_t

    /// - Parameter layout: oneDNN's tag; `dnnl_format_tag_any` leaves the choice to the primitive.
    init(_ extents: [Int], layout: dnnl_format_tag_t) throws(DNNLError) {
        var raw = dnnl_memory_desc_t()
        let status = extents.map { Int64($0) }.withUnsafeBufferPointer {
            dnnl_memory_desc_init_by_tag(&raw, Int32(extents.count), $0.baseAddress, dnnl_f32, layout)
        }
        try DNNLEngine.check(status, "describe a tensor of \(extents)")
        self.raw = raw
    }

    /// Row-major, of one to four extents.
    static func plain(_ extents: [Int]) throws(DNNLError) -> Self {
        let layouts = [dnnl_a, dnnl_ab, dnnl_abc, dnnl_abcd]
        return try Self(extents, layout: layouts[extents.count - 1])
    }

    init(_ raw: dnnl_memory_desc_t) { self.raw = raw }

    /// The extent of each dimension.
    var extents: [Int] {
        withUnsafeBytes(of: raw.dims) { bytes in
            bytes.bindMemory(to: Int64.self).prefix(Int(raw.ndims)).map { Int($0) }
        }
    }

    /// The bytes that the tensor takes, with what its layout adds.
    var byteCount: Int {
        var raw = raw
        return dnnl_memory_desc_get_size(&raw)
    }

    static func == (left: Self, right: Self) -> Bool {
        var (left, right) = (left.raw, right.raw)
        return dnnl_memory_desc_equal(&left, &right) != 0
    }
}
