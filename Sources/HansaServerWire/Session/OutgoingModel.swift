import HansaWire

/// A model on its way down, cut into chunks only when they are asked for.
struct OutgoingModel {
    private let content: [UInt8]
    private var offset: Int
    let byteClass: ByteClass

    init(content: [UInt8], offset: Int, byteClass: ByteClass) {
        self.content = content
        self.offset = offset
        self.byteClass = byteClass
    }

    var isComplete: Bool { offset >= content.count }

    /// The next chunk, which shares the content's memory.
    mutating func nextChunk(byteCountMax: Int) -> (offset: UInt64, data: ArraySlice<UInt8>) {
        let start = offset
        offset = min(start + byteCountMax, content.count)
        return (UInt64(start), content[start..<offset])
    }
}
