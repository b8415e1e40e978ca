import CDNNL

/// Products of row-major matrices of any size, for what no fixed primitive serves.
enum DNNLProduct {
    /// C = A B, or C + A B where `adds` is set, with A of `rows` × `inner` and B of `inner` × `columns`.
    ///
    /// - Parameters:
    ///   - transposesLeft: whether A lies in memory as `inner` × `rows`.
    ///   - transposesRight: whether B lies in memory as `columns` × `inner`.
    static func run(
        _ left: UnsafePointer<Float>,
        _ right: UnsafePointer<Float>,
        to result: UnsafeMutablePointer<Float>,
        rows: Int,
        columns: Int,
        inner: Int,
        transposesLeft: Bool = false,
        transposesRight: Bool = false,
        adds: Bool = false
    ) throws(DNNLError) {
        let (plain, transposed) = (CChar(UInt8(ascii: "N")), CChar(UInt8(ascii: "T")))
        let status = dnnl_sgemm(
            transposesLeft ? transposed : plain,
            transposesRight ? transposed : plain,
            dnnl_dim_t(rows),
            dnnl_dim_t(columns),
            dnnl_dim_t(inner),
            1,
            left,
            dnnl_dim_t(transposesLeft ? rows : inner),
            right,
            dnnl_dim_t(transposesRight ? inner : columns),
            adds ? 1 : 0,
            result,
            dnnl_dim_t(columns)
        )
        try DNNLEngine.check(status, "multiply matrices")
    }
}
