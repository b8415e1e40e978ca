import CDNNL

/// A tensor in memory: its own, aligned to a cache line and zero at first, or somebody else's.
final class DNNLMemory {
    let descriptor: DNNLDescriptor
    /// oneDNN's name for it.
    let handle: dnnl_memory_t
    /// Its numbers, in the layout of the descriptor; ``floatCount`` of them.
    private(set) var floats: UnsafeMutablePointer<Float>
    let floatCount: Int
    /// The memory's owner, if it is another tensor.
    private let owner: DNNLMemory?
    private let isOwned: Bool

    init(_ descriptor: DNNLDescriptor, on engine: DNNLEngine) throws(DNNLError) {
        let byteCount = max(64, descriptor.byteCount)
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
        bytes.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        var raw = descriptor.raw
        var handle: dnnl_memory_t?
        let status = dnnl_memory_create(&handle, &raw, engine.handle, bytes)
        guard status == dnnl_success, let handle else {
            bytes.deallocate()
            throw DNNLError(operation: "make a tensor", status: status.rawValue)
        }
        self.descriptor = descriptor
        self.handle = handle
        floatCount = descriptor.byteCount / MemoryLayout<Float>.size
        floats = bytes.bindMemory(to: Float.self, capacity: byteCount / MemoryLayout<Float>.size)
        owner = nil
        isOwned = true
    }

    /// The same numbers as another tensor, or as a part of it, read in another shape.
    ///
    /// - Parameter offset: how many numbers of the other one lie before them.
    convenience init(
        sharing other: DNNLMemory,
        as descriptor: DNNLDescriptor,
        offset: Int = 0,
        on engine: DNNLEngine
    ) throws(DNNLError) {
        try self.init(at: other.floats + offset, descriptor, owner: other, on: engine)
    }

    /// A tensor of numbers that lie elsewhere from run to run; see ``move(to:)``.
    convenience init(elsewhere descriptor: DNNLDescriptor, on engine: DNNLEngine) throws(DNNLError) {
        try self.init(at: Self.nowhere, descriptor, owner: nil, on: engine)
    }

    private init(
        at floats: UnsafeMutablePointer<Float>,
        _ descriptor: DNNLDescriptor,
        owner: DNNLMemory?,
        on engine: DNNLEngine
    ) throws(DNNLError) {
        var raw = descriptor.raw
        var handle: dnnl_memory_t?
        try DNNLEngine.check(dnnl_memory_create(&handle, &raw, engine.handle, floats), "make a tensor")
        guard let handle else { throw DNNLError(operation: "make a tensor", status: 0) }
        self.descriptor = descriptor
        self.handle = handle
        self.floats = floats
        self.owner = owner
        floatCount = descriptor.byteCount / MemoryLayout<Float>.size
        isOwned = false
    }

    deinit {
        dnnl_memory_destroy(handle)
        if isOwned { UnsafeMutableRawPointer(floats).deallocate() }
    }

    /// Where the numbers of a tensor lie that has no memory of its own; they must lie there while it is used.
    func move(to floats: UnsafeMutablePointer<Float>) throws(DNNLError) {
        precondition(!isOwned && owner == nil, "only a tensor without memory is moved")
        self.floats = floats
        try DNNLEngine.check(dnnl_memory_set_data_handle(handle, floats), "move a tensor")
    }

    /// A place that is never read, for a tensor that has none yet.
    private static var nowhere: UnsafeMutablePointer<Float> {
        UnsafeMutablePointer(bitPattern: 64).unsafelyUnwrapped
    }
}
