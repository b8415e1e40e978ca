extension [Float] {
    /// Whether no value is NaN or infinite.
    ///
    /// The largest exponent marks both, so one comparison of integers a value decides; it does not branch.
    var isFinite: Bool {
        withUnsafeBufferPointer { values in
            var found: UInt32 = 0
            for value in values { found |= value.bitPattern & 0x7F80_0000 == 0x7F80_0000 ? 1 : 0 }
            return found == 0
        }
    }
}
