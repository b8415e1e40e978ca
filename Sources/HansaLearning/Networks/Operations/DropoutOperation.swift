import CHansaKernels

/// Dropout, in the memory of its input: a value stays, divided by the chance to stay, or becomes zero.
///
/// Which values stay follows from a counter and the value's place in memory alone, so that a step's masks do not depend on
/// steps before it.
final class DropoutOperation: NetworkOperation {
    /// The random word of the next forward pass.
    var word: UInt64 = 0

    private let tensor: Tensor
    /// A draw of 32 bits below this drops the value.
    private let threshold: UInt32
    private let factor: Float
    private var mask: [Float]

    init(_ tensor: Tensor, rate: Double) {
        self.tensor = tensor
        threshold = UInt32((rate * 0x1p32).rounded(.down))
        factor = Float(1 / (1 - rate))
        mask = [Float](repeating: 0, count: tensor.value.floatCount)
    }

    func forward() throws(DNNLError) {
        let values = tensor.value.floats
        let (threshold, factor) = (threshold, factor)
        var state = word
        mask.withUnsafeMutableBufferPointer { mask in
            var index = 0
            while index < mask.count {
                // SplitMix64: two draws of 32 bits a word.
                state &+= 0x9E37_79B9_7F4A_7C15
                var word = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
                word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
                word ^= word >> 31
                mask[index] = UInt32(truncatingIfNeeded: word) < threshold ? 0 : factor
                if index + 1 < mask.count {
                    mask[index + 1] = UInt32(truncatingIfNeeded: word >> 32) < threshold ? 0 : factor
                }
                index += 2
            }
            hansa_multiply(values, mask.baseAddress, mask.count)
        }
    }

    func backward() throws(DNNLError) {
        guard let gradient = tensor.gradient?.floats else { return }
        hansa_multiply(gradient, mask, mask.count)
    }
}
