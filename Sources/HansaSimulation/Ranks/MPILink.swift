#if MPI
import CMPI
import Synchronization
#endif

/// The processes that `mpirun` or `srun` started together.
///
/// When one of them dies, MPI ends all; what rank 0 made durable is there for `--resume`.
public final class MPILink: RankLink {
    public let rank: Int
    public let rankCount: Int

    #if MPI
    /// MPI counts bytes in 32 bits.
    private static let chunkByteCount = 1 << 30
    /// Whether a call failed: somebody is gone, and would be waited for.
    private let isBroken = Atomic(false)

    /// Joins the others; call once a process.
    public init() throws(RankError) {
        var (rank, count): (Int32, Int32) = (0, 1)
        let error = hansa_mpi_start(&rank, &count)
        guard error == 0 else { throw Self.failure(error, "MPI_Init_thread") }
        self.rank = Int(rank)
        rankCount = max(1, Int(count))
    }

    public func send(_ bytes: [UInt8], to rank: Int) throws(RankError) {
        var length = UInt64(bytes.count)
        try check(hansa_mpi_send(&length, 8, Int32(rank)), "MPI_Send")
        var start = 0
        while start < bytes.count {
            let count = min(Self.chunkByteCount, bytes.count - start)
            let error = bytes.withUnsafeBytes {
                hansa_mpi_send($0.baseAddress.map { $0 + start }, Int32(count), Int32(rank))
            }
            try check(error, "MPI_Send")
            start += count
        }
    }

    public func receive(from rank: Int) async throws(RankError) -> [UInt8] {
        // MPI's own receive keeps a processor busy while it waits, and ranks share theirs with trainings.
        while try !isThere(from: rank) {
            // A cancelled run still hears what others are about to say.
            do { try await Task.sleep(for: .microseconds(100)) } catch { hansa_mpi_pause() }
        }
        var length: UInt64 = 0
        try check(hansa_mpi_receive(&length, 8, Int32(rank)), "MPI_Recv")
        guard let byteCount = Int(exactly: length) else { throw .malformed(rank: rank) }
        var start = 0
        var error: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, filled in
            while start < byteCount, error == 0 {
                let count = min(Self.chunkByteCount, byteCount - start)
                error = hansa_mpi_receive(buffer.baseAddress.map { $0 + start }, Int32(count), Int32(rank))
                start += count
            }
            filled = error == 0 ? byteCount : 0
        }
        try check(error, "MPI_Recv")
        return bytes
    }

    private func isThere(from rank: Int) throws(RankError) -> Bool {
        var isThere: Int32 = 0
        try check(hansa_mpi_probe(Int32(rank), &isThere), "MPI_Iprobe")
        return isThere != 0
    }

    /// Takes leave of the others; the last call.
    public func finish() {
        if !isBroken.load(ordering: .relaxed) { _ = hansa_mpi_finish() }
    }

    private func check(_ error: Int32, _ call: String) throws(RankError) {
        guard error != 0 else { return }
        isBroken.store(true, ordering: .relaxed)
        throw Self.failure(error, call)
    }

    private static func failure(_ error: Int32, _ call: String) -> RankError {
        var words = [CChar](repeating: 0, count: Int(HANSA_MPI_WORDS) + 1)
        let length = Int(hansa_mpi_words(error, &words))
        let message = String(decoding: words.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return .library(call: call, message: message)
    }
    #else
    /// Always throws ``RankError/notBuilt``.
    public init() throws(RankError) { throw .notBuilt }
    public func send(_ bytes: [UInt8], to rank: Int) throws(RankError) { throw .notBuilt }
    public func receive(from rank: Int) async throws(RankError) -> [UInt8] { throw .notBuilt }
    /// Does nothing.
    public func finish() {}
    #endif
}
