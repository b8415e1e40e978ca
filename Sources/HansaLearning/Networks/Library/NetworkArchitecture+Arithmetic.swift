import CDNNL

extension NetworkArchitecture {
    /// The library and the instructions that networks are computed with: on another combination, results differ in their
    /// last bits.
    /// - seealso: DESIGN.md, "Determinism contract".
    public static var arithmetic: String {
        let version = dnnl_version().pointee
        let instructions = String(dnnl_get_effective_cpu_isa().rawValue, radix: 16)
        return "oneDNN \(version.major).\(version.minor).\(version.patch), instructions \(instructions)"
    }
}
