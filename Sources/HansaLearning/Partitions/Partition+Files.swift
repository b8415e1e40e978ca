extension Partition {
    /// Reads a split stored as `offsets.u32` and `parts.u32`, both little-endian 32-bit words, in a folder.
    ///
    /// Such splits may deal a sample to several clients; their sample numbers must be below `sampleCount`.
    public init(folder: String, sampleCount: Int) throws(PartitionError) {
        try self.init(
            offsets: Self.words(folder + "/offsets.u32"),
            samples: Self.words(folder + "/parts.u32")
        )
        try check(sampleCount: sampleCount, isDisjoint: false, isCovering: false)
    }

    private static func words(_ path: String) throws(PartitionError) -> [UInt32] {
        do throws(DataError) {
            let bytes = try FileBytes.read(path)
            guard bytes.count % 4 == 0 else {
                throw .damaged(file: path, got: "\(bytes.count) bytes", expected: "a multiple of 4")
            }
            return bytes.littleEndianElements(UInt32.self, from: 0, count: bytes.count / 4)
        } catch {
            throw .file(error)
        }
    }

    /// The bytes of `offsets.u32` and `parts.u32`.
    public var storedWords: (offsets: [UInt8], parts: [UInt8]) {
        func bytes(_ words: [UInt32]) -> [UInt8] {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(4 * words.count)
            for word in words { bytes.appendLittleEndian(word) }
            return bytes
        }
        return (bytes(offsets), bytes(samples))
    }
}
