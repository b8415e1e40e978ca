internal import CHansaKernels

/// The instruction set that the hot loops run on; it changes their speed and never their results.
public enum KernelVariant {
    /// The name of the variant in use: `baseline`, `v3` or `v4` on x86-64.
    public static var activeName: String { String(cString: hansa_kernels_variant_name(hansa_kernels_active())) }
}
