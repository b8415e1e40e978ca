internal import CHansaKernels

/// How the kernels lay out rows of numbers.
enum DenseLayout {
    /// Floats to a vector of the kernels.
    static let lanes = HANSA_DENSE_LANES
    /// The alignment of every buffer, in bytes: one vector.
    static let alignment = 64
    /// The most rows of a block, which also keeps a row's number within 16 bits.
    static let rowCountMax = 64
    /// The most floats in a block of inputs, so that wide inputs get fewer rows and memory stays bounded.
    static let blockFloatCountMax = 1 << 22

    /// A count rounded up to whole vectors.
    static func padded(_ count: Int) -> Int { (count + lanes - 1) / lanes * lanes }

    /// The rows of a block for a model of these widths.
    ///
    /// The result of a training does not depend on it.
    static func rowCount(widths: [Int]) -> Int {
        var widest = lanes
        for width in widths { widest = max(widest, padded(width)) }
        return max(1, min(rowCountMax, blockFloatCountMax / widest))
    }
}
