import HansaQuantization

/// The production packing, for comparison with the naive one.
enum PackedLayoutProbe {
    static func pack(_ values: [Int64], bits: Int) throws -> [UInt8] {
        try PackedLayout.pack(values.map { Int32($0) }, width: BitWidth(bits))
    }
}
